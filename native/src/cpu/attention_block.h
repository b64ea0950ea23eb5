// Attention whose sums don't depend on the order of the cells, for a source file that has chosen its instruction set and included its `lanes`
// (float_rows_block.h) and float_rows_block.h.
//
// For a row of a head, over the cells c that it sees (mask above -infinity), with M the largest score:
//   score  s_c = scale q k_c (then cap tanh(s_c / cap)) + slope mask_c, in F32, q k_c as float_rows.h sums it
//   weight p_c = exp(s_c - M), in F32; p = 1 at the largest
//   n_c = p_c in steps of 2^-t, t = min(30, 32 - s), where s >= 0 is the least with sum(p) <= 2^s, p rounded to 2^-30 for this sum, which is exact
//   x_c = v_c in steps of 2^-g, g = min(24, 30 - e), where 2^e is the least power of two above what the row sees of this dimension of v
//   out = 2^-g sum(n_c x_c) / sum(n_c), both sums in 64-bit integers, converted to F64, divided, and rounded to F32
//
// M, sums of integers and everything derived from them are the same in any order; so is s_c, which takes nothing but q, k_c and mask_c. Hence out depends on the
// set of cells seen and what they hold, not on where they lie, nor on cells that aren't seen, other rows, threads or instruction set.
// Nothing overflows: n_c <= 2^30, sum(n_c) < 2^33, |x_c| <= 2^30.
//
// Error: F16 and Q8_0 values are multiples of 2^-24 and below 64 (g = 24) they stay what they are; F32 and BF16 are rounded by at most 2^-25. A weight is rounded
// by at most 2^-(t + 1): by 2^-31 where sum(p) <= 4, else by less than 2^-32 sum(p). So out is off by at most (2^-31 + 2^-32 cells) max|v - out|, if all
// roundings had one sign; by sqrt(cells) 2^-33 of v's spread as they fall. F32's own step is 2^-24. That is little beside what rounding q k leaves.
//
// A sink is one more score, with no value. A row without cells is 0. A row that sees a score or a value that isn't finite is NaN: of all dimensions, or of the value's.
//
// Few rows: threads share cells for scores, rows of heads for weights, dimensions for sums, and wait between. Many: they share tiles of rows.
#pragma once

#include "cpu/attention.h"

namespace gto {
namespace {

using ints = lanes::ints;
using wide = lanes::wide;

constexpr int64_t chunk = 64;          // cells at once: masks are looked at, keys and values converted
constexpr uint16_t unseen = 0xfc00;    // -infinity as a mask has it
constexpr int32_t infinity_bits = 0x7f800000;
constexpr float infinity = __builtin_inff();
constexpr float finest_per_unit = 0x1p28f; // steps of weights
constexpr int64_t largest_total = (int64_t) 1 << 32;
constexpr int values_finest = 24; // steps of values: 2^-24
constexpr float values_per_unit = 0x1p24f;
constexpr float values_below = 64;     // for which the finest steps do
constexpr int64_t tile_queries = 24;   // rows times heads that share a head of keys

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

inline float two_to(int e) { return __builtin_ldexpf(1, e); }

// exp(x), x <= 0, as x = n ln 2 + r with |r| <= ln 2 / 2 and the series up to r^6; exactly 1 at 0; below -64 as at -64, which is 0 in steps of 2^-30.
inline vec exponential_of(vec x) {
    constexpr float to_int = 12582912.0f; // 1.5 * 2^23: adding it leaves the rounded integer in the low bits
    x = lanes::max(x, lanes::set(-64));
    const vec shifted = lanes::fma(x, lanes::set(1.44269504f), lanes::set(to_int));
    const vec n = lanes::sub(shifted, lanes::set(to_int));
    // ln 2 in two parts: the first has few enough bits that n times it is exact
    const vec r = lanes::fma(n, lanes::set(2.12194440e-4f), lanes::fma(n, lanes::set(-0.693359375f), x));
    vec p = lanes::fma(lanes::set(1.3888889e-3f), r, lanes::set(8.3333333e-3f));
    p = lanes::fma(p, r, lanes::set(4.1666667e-2f));
    p = lanes::fma(p, r, lanes::set(1.6666667e-1f));
    p = lanes::fma(p, r, lanes::set(0.5f));
    p = lanes::fma(p, r, lanes::set(1));
    p = lanes::fma(p, r, lanes::set(1));
    return lanes::mul(p, lanes::power_of_two(shifted));
}

// tanh |x| from exp(-2 |x|); near 0, where that would cancel, from a polynomial that fits (tanh x / x - 1) / x^2.
inline vec hyperbolic_tangent(vec x) {
    const vec a = lanes::magnitude(x), one = lanes::set(1), square = lanes::mul(a, a);
    const vec e = exponential_of(lanes::mul(a, lanes::set(-2)));
    const vec far = lanes::div(lanes::sub(one, e), lanes::add(one, e));
    vec p = lanes::fma(lanes::set(-6.04516501e-3f), square, lanes::set(2.09613293e-2f));
    p = lanes::fma(p, square, lanes::set(-5.38432635e-2f));
    p = lanes::fma(p, square, lanes::set(1.33327186e-1f));
    p = lanes::fma(p, square, lanes::set(-3.33333284e-1f));
    const vec near = lanes::fma(lanes::mul(p, square), a, a);
    const vec of_magnitude = lanes::if_less(a, lanes::set(0.625f), near, far);
    return lanes::if_less(x, lanes::zero(), lanes::sub(lanes::zero(), of_magnitude), of_magnitude);
}

inline int32_t largest_lane(ints v) {
    int32_t at[16], most = 0;
    lanes::store(at, v);
    for (int32_t x : at) most = x > most ? x : most;
    return most;
}

constexpr int wide_parts = 16 / lanes::wide_lanes;

// A sum of integers, none negative, at most 2^30 a lane and call.
class exact_sum {
  public:
    exact_sum() {
        for (wide & x : sum_) x = lanes::wide_zero();
    }
    void add(ints v) {
#pragma GCC unroll 2
        for (int i = 0; i < wide_parts; i++) sum_[i] = lanes::multiply_add(lanes::spread(v, i), 1, sum_[i]);
    }
    int64_t value() const {
        int64_t at[16], sum = 0;
        for (int i = 0; i < wide_parts; i++) lanes::store(at + i * lanes::wide_lanes, sum_[i]);
        for (int64_t x : at) sum += x;
        return sum;
    }

  private:
    wide sum_[wide_parts];
};

inline float first_lane(vec v) {
    float at[16];
    lanes::store(at, v);
    return at[0];
}

inline float largest_lane(vec v) {
    float at[16], most = -infinity;
    lanes::store(at, v);
    for (float x : at) most = x > most ? x : most;
    return most;
}

inline bool all_zero(vec v) {
    float at[16];
    lanes::store(at, v);
    for (float x : at) {
        if (!(x == 0)) return false;
    }
    return true;
}

// How the work is cut and where its intermediate results lie.
struct attention_plan {
    attention_plan(const attention_problem & p, int nth) : group(p.n_heads / p.n_kv_heads), chunks(ceil_div(p.n_cells, chunk)), slices(ceil_div(p.value_size, 16)) {
        const int64_t fit = tile_queries / group > 1 ? tile_queries / group : 1;
        tile_rows = p.n_rows < fit ? p.n_rows : fit;
        together = nth > 1 && p.n_texts * p.n_kv_heads * ceil_div(p.n_rows, tile_rows) < 4 * nth;
        if (together) tile_rows = p.n_rows;
        tiles = ceil_div(p.n_rows, tile_rows);
        queries = group * tile_rows;
        tiles_kept = together ? p.n_texts * p.n_kv_heads : nth;
    }

    int64_t cells() const { return chunks * chunk + 16; } // not a power of two, for which rows would share lines of the caches
    // Of a tile: weights [queries][cells], what is to be done with chunks [queries][chunks], totals [queries].
    size_t weights_bytes() const { return (size_t) queries * cells() * sizeof(float); }
    size_t totals_bytes() const { return lines(queries * sizeof(int64_t)); }
    size_t chunks_bytes() const { return lines(queries * chunks); }
    size_t tile_bytes() const { return weights_bytes() + totals_bytes() + chunks_bytes(); }
    // Of a thread: sums [queries][slices][16], pointers to queries and to scores, and which queries a chunk concerns.
    size_t sums_bytes() const { return (size_t) queries * slices * 16 * sizeof(int64_t); }
    size_t pointers_bytes() const { return lines(queries * sizeof(void *)); }
    size_t thread_bytes() const { return sums_bytes() + 3 * pointers_bytes(); }
    size_t bytes(int nth) const { return 64 + tiles_kept * tile_bytes() + nth * thread_bytes(); }

    int64_t group, chunks, slices, tile_rows, tiles, queries, tiles_kept;
    bool together; // all threads work on all tiles at once; else each on its own

  private:
    static size_t lines(size_t bytes) { return (bytes + 63) & ~(size_t) 63; }
};

enum : uint8_t { seen = 1, matters = 2 }; // of a chunk: some cell is seen; some weight isn't 0

// Rows [first, first + rows) of the heads that share a head of keys and values. Query j is row j % rows of the group's head j / rows.
struct attention_tile {
    int64_t text, kv_head, first, rows;
    float * weights;
    int64_t * totals; // -1: the row isn't finite
    uint8_t * chunks;
};

class attention_work {
  public:
    attention_work(const attention_problem & problem, void * scratch, int ith, int nth) : p_(problem), plan_(problem, nth) {
        tiles_ = (char *) (((uintptr_t) scratch + 63) & ~(uintptr_t) 63);
        char * own = tiles_ + plan_.tiles_kept * plan_.tile_bytes() + ith * plan_.thread_bytes();
        sums_ = (int64_t *) own;
        rows_ = (const float **) (own + plan_.sums_bytes());
        scores_ = (float **) ((char *) rows_ + plan_.pointers_bytes());
        concerned_ = (int64_t *) ((char *) scores_ + plan_.pointers_bytes());
        factor_ = problem.soft_cap > 0 ? problem.scale / problem.soft_cap : problem.scale;
    }

    const attention_plan & plan() const { return plan_; }

    attention_tile tile(int64_t text, int64_t kv_head, int64_t index, int64_t place) const {
        attention_tile t;
        t.text = text;
        t.kv_head = kv_head;
        t.first = index * plan_.tile_rows;
        t.rows = least(plan_.tile_rows, p_.n_rows - t.first);
        char * at = tiles_ + place * plan_.tile_bytes();
        t.weights = (float *) at;
        t.totals = (int64_t *) (at + plan_.weights_bytes());
        t.chunks = (uint8_t *) (at + plan_.weights_bytes() + plan_.totals_bytes());
        return t;
    }

    int64_t queries(const attention_tile & t) const { return t.rows * plan_.group; }

    // q k of all queries with the cells of chunks [first, last).
    void score(const attention_tile & t, int64_t first, int64_t last) {
        for (int64_t j = 0; j < queries(t); j++) {
            rows_[j] = (const float *) (p_.q + t.text * p_.q_text + head(t, j) * p_.q_head + row(t, j) * p_.q_row);
            scores_[j] = t.weights + j * plan_.cells();
        }
        const float_rows_product product = {p_.k_type, p_.k + t.text * p_.k_text + t.kv_head * p_.k_head, p_.k_cell, p_.head_size, rows_, scores_, queries(t)};
        for (int64_t c = first; c < last; c++) {
            if (any_sees(t, c)) multiply_float_rows(product, c * chunk, least((c + 1) * chunk, p_.n_cells));
        }
    }

    // Turns the scores of query j into weights.
    void weigh(const attention_tile & t, int64_t j) const {
        float * const weights = t.weights + j * plan_.cells();
        uint8_t * const chunks = t.chunks + j * plan_.chunks;
        const char * const mask = mask_of(t, j);
        const float sink = p_.sinks ? p_.sinks[head(t, j)] : -infinity;
        const vec slope = lanes::set(slope_of(head(t, j))), minus_infinity = lanes::set(-infinity);

        vec most = lanes::set(sink), broken = lanes::zero(); // NaN where a score isn't finite
        for (int64_t b = 0; b < plan_.chunks; b++) {
            chunks[b] = sees(mask, b) ? seen : 0;
            if (!chunks[b]) continue;
            float * const of_chunk = weights + b * chunk;
            if (p_.soft_cap == 0 && sees_all(mask, b)) {
                for (int64_t c = 0; c < chunk; c += 16) {
                    const vec score = lanes::mul(lanes::load(of_chunk + c), lanes::set(factor_));
                    broken = lanes::fma(score, lanes::zero(), broken);
                    most = lanes::max(most, score);
                    lanes::store(of_chunk + c, score);
                }
                continue;
            }
            for (int64_t c = 0; c < chunk; c += 16) {
                const vec m = mask_values(mask, b * chunk + c), product = lanes::load(of_chunk + c);
                vec score = lanes::mul(product, lanes::set(factor_));
                if (p_.soft_cap > 0) score = lanes::mul(lanes::set(p_.soft_cap), hyperbolic_tangent(score));
                score = lanes::fma(m, slope, score);
                const vec finite = lanes::fma(product, lanes::zero(), score); // or NaN or infinite if one of them is
                broken = lanes::fma(lanes::unless_equal(m, minus_infinity, finite, lanes::zero()), lanes::zero(), broken);
                score = lanes::unless_equal(m, minus_infinity, score, minus_infinity);
                most = lanes::max(most, score);
                lanes::store(of_chunk + c, score);
            }
        }
        const float top = largest_lane(most);
        const bool finite = all_zero(broken) && sink < infinity;
        if (!finite || top == -infinity) {
            memset(chunks, 0, plan_.chunks);
            t.totals[j] = finite ? 0 : -1;
            return;
        }

        const vec largest = lanes::set(top);
        const int64_t of_sink = steps(first_lane(exponential_of(lanes::sub(lanes::set(sink), largest))), finest_per_unit);
        exact_sum sum;
        for (int64_t b = 0; b < plan_.chunks; b++) {
            if (!chunks[b]) continue;
            ints of_chunk = lanes::bits(lanes::zero());
            for (int64_t c = b * chunk; c < (b + 1) * chunk; c += 16) {
                const ints n = steps(exponential_of(lanes::sub(lanes::load(weights + c), largest)), finest_per_unit);
                of_chunk = lanes::add(of_chunk, n);
                lanes::store((int32_t *) (weights + c), n);
            }
            sum.add(of_chunk);
            if (lanes::any(of_chunk)) chunks[b] |= matters;
        }
        t.totals[j] = sum.value() + of_sink;
        int coarser = 0;
        while (t.totals[j] >> coarser > largest_total) coarser++;
        if (coarser) t.totals[j] = round_weights((int32_t *) weights, chunks, coarser) + halved(of_sink, coarser);
    }

    // Slices [first, last) of 16 dimensions of all queries' outputs.
    void sum_values(const attention_tile & t, int64_t first, int64_t last) {
        with_weights(p_.v_type, [&](auto values) { sum_values<decltype(values)>(t, first, last); });
    }

  private:
    int64_t head(const attention_tile & t, int64_t j) const { return t.kv_head * plan_.group + j / t.rows; }
    int64_t row(const attention_tile & t, int64_t j) const { return t.first + j % t.rows; }

    static ints steps(vec x, float per_unit) { return lanes::rounded(lanes::mul(x, lanes::set(per_unit))); }
    static int64_t halved(int64_t x, int bits) { return (x + (x >> bits & 1) + ((int64_t) 1 << (bits - 1)) - 1) >> bits; } // ties to even

    // Steps 2^bits times as large. Returns the new sum.
    int64_t round_weights(int32_t * weights, const uint8_t * chunks, int bits) const {
        exact_sum sum;
        for (int64_t b = 0; b < plan_.chunks; b++) {
            if (!(chunks[b] & matters)) continue;
            ints of_chunk = lanes::bits(lanes::zero());
            for (int64_t c = b * chunk; c < (b + 1) * chunk; c += 16) {
                const ints n = lanes::shift(lanes::load(weights + c), bits);
                of_chunk = lanes::add(of_chunk, n);
                lanes::store(weights + c, n);
            }
            sum.add(of_chunk);
        }
        return sum.value();
    }

    static int64_t steps(float x, float per_unit) {
        int32_t at[16];
        lanes::store(at, steps(lanes::set(x), per_unit));
        return at[0];
    }

    float slope_of(int64_t head) const {
        if (!(p_.max_bias > 0)) return 1;
        int log2 = 0;
        while ((int64_t) 2 << log2 <= p_.n_heads) log2++;
        const int64_t whole = (int64_t) 1 << log2; // heads up to a power of two; those beyond lie between
        return head < whole ? __builtin_powf(__builtin_powf(2, -p_.max_bias / (float) whole), (float) (head + 1))
                            : __builtin_powf(__builtin_powf(2, -p_.max_bias / 2 / (float) whole), (float) (2 * (head - whole) + 1));
    }

    const char * mask_of(const attention_tile & t, int64_t j) const { return p_.mask ? p_.mask + t.text * p_.mask_text + row(t, j) * p_.mask_row : nullptr; }

    // Whether some cell of the chunk is seen.
    bool sees(const char * mask, int64_t b) const {
        if (!mask) return true;
        uint16_t some[chunk];
        const int64_t n = least(chunk, p_.n_cells - b * chunk);
        if (n == chunk) return lanes::any_differs((const uint16_t *) mask + b * chunk, unseen);
        for (uint16_t & x : some) x = unseen;
        memcpy(some, mask + 2 * b * chunk, 2 * n);
        return lanes::any_differs(some, unseen);
    }

    // Whether all cells of the chunk are seen, and nothing is added to their scores.
    bool sees_all(const char * mask, int64_t b) const {
        return (b + 1) * chunk <= p_.n_cells && (!mask || !lanes::any_differs((const uint16_t *) mask + b * chunk, 0));
    }

    bool any_sees(const attention_tile & t, int64_t b) const {
        for (int64_t r = 0; r < t.rows; r++) {
            if (sees(mask_of(t, r), b)) return true;
        }
        return false;
    }

    vec mask_values(const char * mask, int64_t c) const {
        const int64_t n = p_.n_cells - c;
        if (n >= 16) return mask ? lanes::from_f16(mask + 2 * c) : lanes::zero();
        uint16_t some[16];
        for (uint16_t & x : some) x = unseen;
        if (n > 0 && mask) memcpy(some, mask + 2 * c, 2 * n);
        if (n > 0 && !mask) memset(some, 0, 2 * n);
        return lanes::from_f16(some);
    }

    template <class Values> vec value(const char * cell, int64_t d) const {
        return p_.value_size - d < 16 ? Values::load(cell, d, p_.value_size - d) : Values::load(cell, d);
    }

    template <class Values> void sum_values(const attention_tile & t, int64_t first, int64_t last) {
        const char * const v = p_.v + t.text * p_.v_text + t.kv_head * p_.v_head;
        memset(sums_, 0, plan_.sums_bytes());
        ints worst = lanes::bits(lanes::zero());
        for (int64_t b = 0; b < plan_.chunks; b++) {
            int64_t n = 0;
            uint8_t any = 0;
            for (int64_t j = 0; j < queries(t); j++) {
                const uint8_t chunk_of_query = t.chunks[j * plan_.chunks + b];
                any |= chunk_of_query;
                if (chunk_of_query & matters) concerned_[n++] = j;
            }
            if (!any) continue;
            const int64_t cells = least(chunk, p_.n_cells - b * chunk);
            for (int64_t s = first; s < last; s++) {
                lanes::factors values[wide_parts][chunk];
                for (int64_t c = 0; c < cells; c++) {
                    const vec x = value<Values>(v + (b * chunk + c) * p_.v_cell, s * 16);
                    worst = lanes::largest(worst, lanes::bits(lanes::magnitude(x)));
                    const ints n = steps(x, values_per_unit);
#pragma GCC unroll 2
                    for (int i = 0; i < wide_parts; i++) values[i][c] = lanes::spread(n, i);
                }
                for (int i = 0; i < wide_parts; i++) add_queries<lanes::queries>(t, b * chunk, cells, values[i], concerned_, n, s * 16 + i * lanes::wide_lanes);
            }
        }
        const bool exact = largest_lane(worst) < largest_lane(lanes::bits(lanes::set(values_below)));
        for (int64_t j = 0; j < queries(t); j++) {
            for (int64_t s = first; s < last; s++) {
                if (exact) {
                    write(t, j, s, sums_ + (j * plan_.slices + s) * 16, nullptr);
                } else {
                    sum_in_own_steps<Values>(t, j, s, v);
                }
            }
        }
    }

    // Adds values of cells from `cell` on to the sums from `dimension` on of n queries.
    template <int Queries>
    void add_queries(const attention_tile & t, int64_t cell, int64_t cells, const lanes::factors * values, const int64_t * queries, int64_t n, int64_t dimension) const {
        for (; n >= Queries; n -= Queries, queries += Queries) {
            const int32_t * weights[Queries];
            int64_t * sums[Queries];
            wide sum[Queries];
#pragma GCC unroll 8
            for (int i = 0; i < Queries; i++) {
                weights[i] = (const int32_t *) (t.weights + queries[i] * plan_.cells() + cell);
                sums[i] = sums_ + queries[i] * plan_.slices * 16 + dimension;
                sum[i] = lanes::load(sums[i]);
            }
            for (int64_t c = 0; c < cells; c++) {
                const lanes::factors x = lanes::in_registers(values[c]);
#pragma GCC unroll 8
                for (int i = 0; i < Queries; i++) sum[i] = lanes::multiply_add(x, weights[i][c], sum[i]);
            }
#pragma GCC unroll 8
            for (int i = 0; i < Queries; i++) lanes::store(sums[i], sum[i]);
        }
        if constexpr (Queries > 1) {
            if (n) add_queries<Queries - 1>(t, cell, cells, values, queries, n, dimension);
        }
    }

    // A slice of one query, for which the finest steps may be too fine, or which may see values that aren't finite.
    template <class Values> void sum_in_own_steps(const attention_tile & t, int64_t j, int64_t s, const char * v) const {
        const char * const mask = mask_of(t, j);
        const int32_t * const weights = (const int32_t *) (t.weights + j * plan_.cells());
        const auto for_each_seen = [&](auto && f) {
            for (int64_t c = 0; c < p_.n_cells; c++) {
                uint16_t m = 0;
                if (mask) memcpy(&m, mask + 2 * c, 2);
                if (t.chunks[j * plan_.chunks + c / chunk] && m != unseen) f(c, value<Values>(v + c * p_.v_cell, s * 16));
            }
        };
        ints most = lanes::bits(lanes::zero());
        for_each_seen([&](int64_t, vec x) { most = lanes::largest(most, lanes::bits(lanes::magnitude(x))); });
        int32_t bits[16];
        lanes::store(bits, most);
        int step[16];
        float scale[16];
        for (int i = 0; i < 16; i++) {
            const int exponent = (bits[i] >> 23) - 126; // the least power of two above
            step[i] = exponent > 30 - values_finest ? 30 - exponent : values_finest;
            scale[i] = bits[i] >= infinity_bits ? 0 : two_to(step[i]);
        }
        int64_t sums[16] = {}, in_place[16];
        for_each_seen([&](int64_t c, vec x) {
            int32_t at[16];
            lanes::store(at, lanes::rounded(lanes::mul(x, lanes::load(scale))));
            for (int i = 0; i < 16; i++) sums[i] += (int64_t) at[i] * weights[c];
        });
        for (int i = 0; i < 16; i++) {
            in_place[lanes::place(i)] = sums[i];
            if (bits[i] >= infinity_bits) step[i] = not_finite;
        }
        write(t, j, s, in_place, step);
    }

    static constexpr int not_finite = INT32_MIN;

    void write(const attention_tile & t, int64_t j, int64_t s, const int64_t * sums, const int * step) const {
        float * const out = (float *) (p_.out + t.text * p_.out_text + row(t, j) * p_.out_row + head(t, j) * p_.out_head) + s * 16;
        const int64_t n = least(16, p_.value_size - s * 16), total = t.totals[j];
        for (int64_t d = 0; d < n; d++) {
            if (total < 0 || (step && step[d] == not_finite)) {
                out[d] = __builtin_nanf("");
            } else if (total == 0) {
                out[d] = 0;
            } else {
                const double unit = step ? __builtin_ldexp(1, -step[d]) : 0x1p-24;
                out[d] = (float) ((double) sums[lanes::place((int) d)] * unit / (double) total);
            }
        }
    }

    const attention_problem & p_;
    const attention_plan plan_;
    char * tiles_;
    int64_t * sums_;
    const float ** rows_;
    float ** scores_;
    int64_t * concerned_;
    float factor_;
};

size_t attention_scratch_bytes(const attention_problem & problem, int nth) { return attention_plan(problem, nth).bytes(nth); }

void attend(const attention_problem & problem, void * scratch, int ith, int nth, void (*wait)(void *), void * barrier) {
    if (problem.n_texts * problem.n_rows * problem.n_heads == 0) return;
    attention_work work(problem, scratch, ith, nth);
    const attention_plan & plan = work.plan();
    if (!plan.together) {
        for (int64_t i = ith; i < problem.n_texts * plan.tiles * problem.n_kv_heads; i += nth) {
            const attention_tile tile = work.tile(i / problem.n_kv_heads / plan.tiles, i % problem.n_kv_heads, i / problem.n_kv_heads % plan.tiles, ith);
            work.score(tile, 0, plan.chunks);
            for (int64_t j = 0; j < work.queries(tile); j++) work.weigh(tile, j);
            work.sum_values(tile, 0, plan.slices);
        }
        return;
    }
    const int64_t tiles = problem.n_texts * problem.n_kv_heads;
    const auto tile = [&](int64_t i) { return work.tile(i / problem.n_kv_heads, i % problem.n_kv_heads, 0, i); };
    // Calls f(tile, first, last) for this thread's share of `each` parts of every tile.
    const auto share_tiles = [&](int64_t each, auto && f) {
        const int64_t end = tiles * each * (ith + 1) / nth;
        for (int64_t i = tiles * each * ith / nth; i < end;) {
            const int64_t last = least((i / each + 1) * each, end);
            f(tile(i / each), i % each, last - i / each * each);
            i = last;
        }
    };
    share_tiles(plan.chunks, [&](const attention_tile & t, int64_t first, int64_t last) { work.score(t, first, last); });
    wait(barrier);
    share_tiles(plan.queries, [&](const attention_tile & t, int64_t first, int64_t last) {
        for (int64_t j = first; j < last; j++) work.weigh(t, j);
    });
    wait(barrier);
    share_tiles(plan.slices, [&](const attention_tile & t, int64_t first, int64_t last) { work.sum_values(t, first, last); });
}

} // namespace
} // namespace gto
