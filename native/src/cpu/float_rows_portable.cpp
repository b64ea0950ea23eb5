#include "cpu/float_rows_sets.h"

#include "cpu/float_lanes_portable.h"
#include "cpu/float_rows_block.h"

namespace gto {

const float_rows_kernel * float_rows_portable() {
    static constexpr float_rows_kernel kernel = {lanes::name, multiply_float_rows};
    return &kernel;
}

const std::vector<const float_rows_kernel *> & float_rows_kernels() {
    static const std::vector<const float_rows_kernel *> kernels = [] {
        std::vector<const float_rows_kernel *> all;
        for (const float_rows_kernel * k :
             {float_rows_avx512(), float_rows_avx2(), float_rows_neon(), float_rows_portable()}) {
            if (k) all.push_back(k);
        }
        return all;
    }();
    return kernels;
}

} // namespace gto
