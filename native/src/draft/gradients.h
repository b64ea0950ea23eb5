// Weight gradients as matrix products, and the transposed copies that they and the input gradients need.
#pragma once

#include "device/memory.h"

namespace gto {

// out [cols x rows padded to out.cols] = transpose(in); padding columns become 0.
void record_transpose(queue & q, matrix in, matrix out);

class weight_gradients {
  public:
    explicit weight_gradients(gto_device & device) : memory_(device) {}

    // Room for gradients of `weights` floats at most, from `rows` stacked rows whose in + out widths sum to `widths` at most.
    void reserve(int64_t weights, int64_t rows, int64_t widths);
    // gradient [N x K] += transpose(d_out [R x N]) * in [R x K].
    void record(queue & q, matrix gradient, matrix d_out, matrix in);

  private:
    arena memory_;
    int64_t weights_ = 0, rows_ = 0, widths_ = 0;
};

} // namespace gto
