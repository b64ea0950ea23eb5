// Prints a digest of the results of the integer kernels for fixed inputs, one line a type: the same on every processor.
// Fails where two kernels of this processor differ. Needs no library, so that it can be compiled for another processor.
#include "cpu/integer_kernel.h"
#include "cpu/packed_format.h"
#include "cpu/quant_layout.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <vector>

using namespace gto;

namespace {

struct digest {
    uint64_t value = 14695981039346656037u;

    void add(float x) {
        uint32_t bits = 0x7fc00000; // of all NaNs: which one it is may differ
        if (!std::isnan(x)) memcpy(&bits, &x, 4);
        for (int i = 0; i < 4; i++) value = (value ^ (bits >> (8 * i) & 255)) * 1099511628211u;
    }
};

std::vector<float> product(const integer_kernel & kernel, const packed_format & format,
                           const std::vector<uint8_t> & weights, int64_t outputs, int64_t columns,
                           const std::vector<float> & x, int64_t n) {
    std::vector<uint8_t> rows(kernel.rows_bytes(n, columns));
    for (int64_t r = 0; r < n; r++) kernel.quantize(x.data() + r * columns, columns, r, n, rows.data());
    std::vector<float> y((size_t) (n * outputs));
    std::vector<float *> out;
    for (int64_t r = 0; r < n; r++) out.push_back(y.data() + r * outputs);
    kernel.multiply({&format, weights.data(), outputs, columns, rows.data(), n, out.data()}, 0, format.tiles(outputs));
    return y;
}

template <class Q> bool print(ggml_type type, std::mt19937 & random) {
    const packed_format & format = *packed_format_of(type);
    digest all;
    for (int64_t n = 1; n <= 19; n++) {
        const int64_t outputs = 1 + (int64_t) (random() % 40),
                      columns = Q::block * (1 + (int64_t) (random() % (Q::block == 32 ? 9 : 3)));
        const int64_t blocks = columns / Q::block;
        const size_t row_bytes = (size_t) blocks * Q::file_bytes;
        std::vector<uint8_t> file((size_t) outputs * row_bytes), weights(format.bytes(outputs, columns));
        for (uint8_t & b : file) b = (uint8_t) random();
        for (int64_t t = 0; t < format.tiles(outputs); t++) {
            const int64_t of_tile = std::min(tile_outputs, outputs - t * tile_outputs);
            format.pack(file.data() + (size_t) (t * tile_outputs) * row_bytes, row_bytes, of_tile, blocks,
                        weights.data() + (size_t) (t * blocks) * format.tile_bytes);
        }
        std::vector<float> x((size_t) (n * columns));
        for (float & v : x) {
            v = (float) (int32_t) random();
            v = std::ldexp(v, -30 - (int) (random() % 8));
        }
        if (n == 5) x[(size_t) columns + 3] = INFINITY;
        if (n == 7) std::fill_n(x.begin() + columns, columns, 0.0f);
        const std::vector<float> y = product(*integer_kernels().front(), format, weights, outputs, columns, x, n);
        digest first;
        for (float v : y) {
            first.add(v);
            all.add(v);
        }
        for (const integer_kernel * kernel : integer_kernels()) {
            digest other;
            for (float v : product(*kernel, format, weights, outputs, columns, x, n)) other.add(v);
            if (other.value == first.value) continue;
            fprintf(stderr, "type %d, %lld rows: %s and %s differ\n", (int) type, (long long) n, kernel->name,
                    integer_kernels().front()->name);
            return false;
        }
    }
    printf("type %d %016llx\n", (int) type, (unsigned long long) all.value);
    return true;
}

} // namespace

int main() {
    for (const integer_kernel * kernel : integer_kernels()) fprintf(stderr, "%s\n", kernel->name);
    std::mt19937 random(16);
    bool good = true;
    for (int type = 0; type < GGML_TYPE_COUNT; type++) {
        with_quant((ggml_type) type, [&](auto q) { good = print<decltype(q)>((ggml_type) type, random) && good; });
    }
    return good ? 0 : 1;
}
