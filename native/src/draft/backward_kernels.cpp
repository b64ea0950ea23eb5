#include "draft/backward_kernels.h"

#include "kernel/clones.h"

#include <algorithm>

namespace gto {

GTO_CLONES static void add_columns(const norm_gradient_columns & k, int64_t first, int64_t n) {
    float sum[norm_gradient_columns::width] = {};
    for (int64_t i = 0; i < k.x.rows; i++) {
        const float *x = k.x.row(i) + first, *d_y = k.d_y.row(i) + first, inverse = k.inverse[i];
        for (int64_t c = 0; c < n; c++) sum[c] += d_y[c] * x[c] * inverse;
    }
    for (int64_t c = 0; c < n; c++) k.d_w[first + c] += sum[c];
}

void norm_gradient_columns::operator()(host_group, int32_t chunk) const {
    const int64_t first = (int64_t) chunk * width;
    add_columns(*this, first, first + width < x.cols ? width : x.cols - first);
}

GTO_CLONES static void add_columns(const bias_gradient_columns & k, int64_t first, int64_t n) {
    float sum[bias_gradient_columns::width] = {};
    for (int64_t i = 0; i < k.d_y.rows; i++) {
        const float * d_y = k.d_y.row(i) + first;
        for (int64_t c = 0; c < n; c++) sum[c] += d_y[c];
    }
    for (int64_t c = 0; c < n; c++) k.d_bias[first + c] += sum[c];
}

void bias_gradient_columns::operator()(host_group, int32_t chunk) const {
    const int64_t first = (int64_t) chunk * width;
    add_columns(*this, first, std::min<int64_t>(width, d_y.cols - first));
}

} // namespace gto
