// Weight gradients as matrix products, and the transposed copies that they and the input gradients need.
#pragma once

#include "device/memory.h"
#include "device/queue.h"

namespace gto {

// out [cols x rows padded to out.cols] = transpose(in); padding columns become 0.
void record_transpose(queue & q, matrix in, matrix out);

class weight_gradients {
  public:
    explicit weight_gradients(gto_device & device) : memory_(device) {}

    // What record() takes for a gradient [out x in] from `rows` stacked rows.
    static size_t floats(int64_t out, int64_t in, int64_t rows);
    // Room for the largest of what will be recorded.
    void reserve(size_t floats) { memory_.reset(floats); }
    size_t bytes() const { return memory_.bytes(); }
    // gradient [N x K] += transpose(d_out [R x N]) * in [R x K]. In BF16 no room is needed.
    void record(queue & q, matrix gradient, matrix d_out, matrix in);

  private:
    arena memory_;
};

} // namespace gto
