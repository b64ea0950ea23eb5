// Matrix products on a CPU's tile unit (Intel AMX): operands rounded to BF16, sums in F32.
//
// Operands are packed into tiles of 1 KiB: 16 rows of 32 values of the summed dimension, padded with zeros to even
// numbers of tiles.
#include "common/ceil_div.h"
#include "device/product_unit.h"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#  define GTO_TILES 1
#  include <cpuid.h>
#  include <immintrin.h>
#  include <sys/syscall.h>
#  include <unistd.h>
#endif

namespace gto {

#ifdef GTO_TILES

namespace {

constexpr int side = 16;   // rows of a tile, and pairs of values in a row
constexpr int values = 32; // BF16 values in a row
constexpr size_t tile_bytes = 1024;

int64_t row_tiles(const operand_shape & shape) { return 2 * ceil_div(shape.n, 2 * side); }
int64_t sum_tiles(const operand_shape & shape) { return ceil_div(shape.k, values); }

bool processor_has_tiles() {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    // AMX-BF16, AMX-TILE; AVX512F, AVX512BW
    const bool tiles = d & (1u << 22) && d & (1u << 24), wide = b & (1u << 16) && b & (1u << 30);
    if (!__get_cpuid_count(7, 1, &a, &b, &c, &d)) return false;
    return tiles && wide && a & (1u << 5); // AVX512-BF16
}

// Linux gives tile registers to processes that ask.
bool system_grants_tiles() {
#  ifdef __linux__
    constexpr int request_permission = 0x1023, tile_data = 18;
    return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#  else
    return false;
#  endif
}

} // namespace

#  pragma GCC diagnostic ignored "-Wmaybe-uninitialized" // in GCC 12's own header
#  pragma GCC push_options
#  pragma GCC target("avx512f,avx512bw,avx512vl,avx512bf16,amx-tile,amx-bf16")

namespace {

// All eight tiles whole. libggml configures the same registers for itself once a thread, so what was there comes back.
class tile_configuration {
  public:
    tile_configuration() {
        store(before_);
        configuration whole = {};
        whole.palette = 1;
        std::fill_n(whole.row_bytes, 8, (uint16_t) (values * 2));
        std::fill_n(whole.rows, 8, (uint8_t) side);
        load(whole);
    }
    ~tile_configuration() { load(before_); }

  private:
    struct alignas(64) configuration {
        uint8_t palette, start_row, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    };
    // Not the compiler's intrinsics: GCC's name 8 of the 64 bytes as what they read.
    static void load(const configuration & c) {
        if (c.palette == 0) {
            __asm__ volatile("tilerelease");
        } else {
            __asm__ volatile("ldtilecfg %0" : : "m"(c));
        }
    }
    static void store(configuration & c) { __asm__ volatile("sttilecfg %0" : "=m"(c)); }

    configuration before_;
};

inline __mmask16 first(int64_t n) { return n >= side ? 0xffff : n <= 0 ? 0 : (__mmask16) ((1u << n) - 1); }

// 32 values of a row, rounded: pairs of neighbours.
inline __m512i row_pairs(const float * row, int64_t count) {
    const __m512 low = _mm512_maskz_loadu_ps(first(count), row),
                 high = _mm512_maskz_loadu_ps(first(count - side), row + side);
    return (__m512i) _mm512_cvtne2ps_pbh(high, low);
}

// 16 values of two rows, rounded: pairs of one above the other.
inline __m512i column_pairs(const float * upper, const float * lower, int64_t count) {
    const __mmask16 mask = first(count);
    const __m512 a = _mm512_maskz_loadu_ps(mask, upper),
                 b = lower ? _mm512_maskz_loadu_ps(mask, lower) : _mm512_setzero_ps();
    alignas(64) static const int16_t order[values] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                      8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    return _mm512_permutexvar_epi16(_mm512_load_si512(order), (__m512i) _mm512_cvtne2ps_pbh(b, a));
}

// Transposes a tile of pairs.
inline void transpose(__m512i r[side]) {
    __m512i t[side];
    for (int i = 0; i < side; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < side; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    // r[4 i + j] now holds column j, j + 4, j + 8, j + 12 of rows 4 i .. 4 i + 3, 128 bits each
    for (int j = 0; j < 4; j++) {
        t[j] = _mm512_shuffle_i32x4(r[j], r[4 + j], 0x88);
        t[4 + j] = _mm512_shuffle_i32x4(r[j], r[4 + j], 0xdd);
        t[8 + j] = _mm512_shuffle_i32x4(r[8 + j], r[12 + j], 0x88);
        t[12 + j] = _mm512_shuffle_i32x4(r[8 + j], r[12 + j], 0xdd);
    }
    for (int j = 0; j < 4; j++) {
        r[j] = _mm512_shuffle_i32x4(t[j], t[8 + j], 0x88);
        r[8 + j] = _mm512_shuffle_i32x4(t[j], t[8 + j], 0xdd);
        r[4 + j] = _mm512_shuffle_i32x4(t[4 + j], t[12 + j], 0x88);
        r[12 + j] = _mm512_shuffle_i32x4(t[4 + j], t[12 + j], 0xdd);
    }
}

// The pairs of a tile whose first row (or column) is n0 and whose first summed value is k0, as they lie in the source.
inline void load_pairs(const matrix & source, orientation from, int64_t n0, int64_t k0, __m512i r[side]) {
    for (int i = 0; i < side; i++) {
        if (from == orientation::rows) {
            r[i] = n0 + i < source.rows ? row_pairs(source.row(n0 + i) + k0, source.cols - k0) : _mm512_setzero_si512();
        } else {
            const int64_t k = k0 + 2 * i;
            r[i] = k < source.rows
                       ? column_pairs(source.row(k) + n0, k + 1 < source.rows ? source.row(k + 1) + n0 : nullptr,
                                      source.cols - n0)
                       : _mm512_setzero_si512();
        }
    }
}

// Where a tile of c lies; where c ends within it, a copy of the tile.
class target_tile {
  public:
    target_tile(const matrix & c, int64_t m, int64_t n, bool add)
        : c_(c), m_(m), n_(n), rows_(std::clamp<int64_t>(c.rows - m, 0, side)),
          columns_(std::clamp<int64_t>(c.cols - n, 0, side)) {
        if (whole() || !add) return;
        memset(copy_, 0, sizeof copy_);
        for (int64_t i = 0; i < rows_; i++) memcpy(copy_ + i * side, c_.row(m_ + i) + n_, columns_ * sizeof(float));
    }
    float * data() { return whole() ? c_.row(m_) + n_ : copy_; }
    size_t stride() const { return (whole() ? c_.stride : side) * sizeof(float); }
    // To be called when data() has been written.
    void finish() {
        if (whole()) return;
        for (int64_t i = 0; i < rows_; i++) memcpy(c_.row(m_ + i) + n_, copy_ + i * side, columns_ * sizeof(float));
    }

  private:
    bool whole() const { return rows_ == side && columns_ == side; }

    const matrix & c_;
    int64_t m_, n_, rows_, columns_;
    alignas(64) float copy_[side * side];
};

// Two by two tiles of c, by a span of the summed tiles. The tile registers are named by literals: GCC's intrinsics take
// nothing else.
void multiply_block(const char * left, const char * right, int64_t tiles, share span, const matrix & c, int64_t m,
                    int64_t n, bool add) {
    constexpr int row = values * 2;
    const char * left_below = left + tiles * tile_bytes;
    const char * right_beside = right + tiles * tile_bytes;
    target_tile c0(c, m, n, add), c1(c, m, n + side, add), c2(c, m + side, n, add), c3(c, m + side, n + side, add);
    if (add) {
        _tile_loadd(0, c0.data(), c0.stride());
        _tile_loadd(1, c1.data(), c1.stride());
        _tile_loadd(2, c2.data(), c2.stride());
        _tile_loadd(3, c3.data(), c3.stride());
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (size_t at = span.first * tile_bytes; at < span.last * tile_bytes; at += tile_bytes) {
        _tile_loadd(4, left + at, row);
        _tile_loadd(6, right + at, row);
        _tile_loadd(5, left_below + at, row);
        _tile_loadd(7, right_beside + at, row);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, c0.data(), c0.stride());
    _tile_stored(1, c1.data(), c1.stride());
    _tile_stored(2, c2.data(), c2.stride());
    _tile_stored(3, c3.data(), c3.stride());
    for (target_tile * tile : {&c0, &c1, &c2, &c3}) tile->finish();
}

class tile_product final : public product_unit {
  public:
    const char * name() const override { return "AMX"; }

    size_t bytes(const operand_shape & shape, operand) const override {
        return row_tiles(shape) * sum_tiles(shape) * tile_bytes;
    }

    // A left tile holds rows of pairs, a right one its transpose (what the unit multiplies by).
    void pack(const matrix & source, orientation from, operand to, void * packed, int ith, int nth) const override {
        const operand_shape shape = shape_of(source, from);
        const bool turned = (from == orientation::rows) == (to == operand::right);
        const share part(row_tiles(shape), ith, nth);
        // in a source of columns neighbouring tiles share its pages
        const int64_t together = from == orientation::columns ? 16 : 1, tiles = sum_tiles(shape);
        for (int64_t first = part.first; first < part.last; first += together) {
            for (int64_t k = 0; k < tiles; k++) {
                for (int64_t tile = first; tile < std::min(first + together, part.last); tile++) {
                    __m512i r[side];
                    load_pairs(source, from, tile * side, k * values, r);
                    if (turned) transpose(r);
                    char * out = (char *) packed + (tile * tiles + k) * tile_bytes;
                    for (int i = 0; i < side; i++) _mm512_store_si512(out + i * 64, r[i]);
                }
            }
        }
    }

    void multiply(const void * left, const operand_shape & left_shape, const void * right,
                  const operand_shape & right_shape, const matrix & c, bool add, int ith, int nth) const override {
        // A span of the panels of one pair of right tiles stays in the nearest cache while a group of pairs of left
        // ones, held by the second, passes by.
        constexpr int64_t group = 16, longest_span = 32;
        const int64_t down = row_tiles(left_shape) / 2, across = row_tiles(right_shape) / 2,
                      groups = ceil_div(down, group), tiles = sum_tiles(left_shape),
                      spans = ceil_div(tiles, longest_span);
        const size_t panel = 2 * tiles * tile_bytes;
        const share part(groups * across, ith, nth);
        if (part.first == part.last) return;
        const tile_configuration configured;
        for (int64_t task = part.first; task < part.last;) {
            const int64_t first = task % across, last = std::min(across, first + part.last - task);
            const share pairs(down, (int) (task / across), (int) groups);
            for (int64_t s = 0; s < spans; s++) {
                const share span(tiles, (int) s, (int) spans);
                for (int64_t j = first; j < last; j++) {
                    for (int64_t i = pairs.first; i < pairs.last; i++) {
                        multiply_block((const char *) left + i * panel, (const char *) right + j * panel, tiles, span,
                                       c, i * 2 * side, j * 2 * side, add || s > 0);
                    }
                }
            }
            task += last - first;
        }
    }
};

} // namespace

#  pragma GCC pop_options

const product_unit * tile_unit() {
    static const bool supported = processor_has_tiles() && system_grants_tiles();
    static const tile_product unit;
    return supported ? &unit : nullptr;
}

#else

const product_unit * tile_unit() { return nullptr; }

#endif

} // namespace gto
