#include "guarded/strided_product.h"

#include "cpu/half.h"

#include <cstring>
#include <vector>

namespace gto_test {

static float value(gto::number_type type, const void * data, int64_t i) {
    if (type == gto::number_type::f32) return ((const float *) data)[i];
    const uint16_t bits = ((const uint16_t *) data)[i];
    if (type == gto::number_type::f16) return gto::half_value(bits);
    const uint32_t f32 = (uint32_t) bits << 16;
    float v;
    memcpy(&v, &f32, sizeof v);
    return v;
}

void multiply_strided(int64_t m, int64_t n, int64_t k, gto::number_type type, float alpha, strided a, strided b,
                      float beta, float * c, int64_t c_row, int64_t c_column) {
    std::vector<float> packed((size_t) (k * n)), sums((size_t) n);
    for (int64_t l = 0; l < k; l++) {
        for (int64_t j = 0; j < n; j++) packed[l * n + j] = value(type, b.data, l * b.row + j * b.column);
    }
    for (int64_t i = 0; i < m; i++) {
        std::fill(sums.begin(), sums.end(), 0.0f);
        for (int64_t l = 0; l < k; l++) {
            const float factor = value(type, a.data, i * a.row + l * a.column);
            const float * row = &packed[l * n];
            for (int64_t j = 0; j < n; j++) sums[j] += factor * row[j];
        }
        for (int64_t j = 0; j < n; j++) {
            float & out = c[i * c_row + j * c_column];
            out = alpha * sums[j] + (beta == 0.0f ? 0.0f : beta * out);
        }
    }
}

} // namespace gto_test
