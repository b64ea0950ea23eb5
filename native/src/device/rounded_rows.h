// Rounds rows to numbers of 16 bits, for products on a device.
#pragma once

#include "kernel/half.h"
#include "kernel/matrix.h"

namespace gto {

struct rounded_rows {
    matrix from;
    uint16_t * to; // dense
    int64_t bf16;  // else F16

    template <class Group> GTO_HD void operator()(Group g, int32_t row) const {
        const float * source = from.row(row);
        uint16_t * out = to + row * from.cols;
        const bool to_bf16 = bf16 != 0;
        each_between(g, 0, from.cols,
                     [=](int64_t i) { out[i] = to_bf16 ? bf16_of_float(source[i]) : f16_of_float(source[i]); });
    }
};

} // namespace gto
