// A way to multiply matrices whose operands are packed first: on a CPU's vector unit in F32 (float_product.cpp), on its
// tile unit in BF16 (tile_product.cpp).
#pragma once

#include "device/matrix.h"

#include <cstddef>
#include <cstdint>

namespace gto {

enum class operand { left, right };

// How the source of an operand lies: [n x k], or [k x n]; k is the summed dimension.
enum class orientation { rows, columns };

struct operand_shape {
    int64_t n, k;
    orientation from;
};

inline operand_shape shape_of(const matrix & source, orientation from) {
    return from == orientation::rows ? operand_shape{source.rows, source.cols, from}
                                     : operand_shape{source.cols, source.rows, from};
}

// Immutable and shared by all threads. pack and multiply do the share ith of nth, at most.
class product_unit {
  public:
    virtual ~product_unit() = default;
    virtual const char * name() const = 0;
    // Of a packed operand. Its memory must be aligned to 64 bytes.
    virtual size_t bytes(const operand_shape & shape, operand to) const = 0;
    virtual void pack(const matrix & source, orientation from, operand to, void * packed, int ith, int nth) const = 0;
    // c [left.n x right.n] = left * transpose(right), or added to what c holds. The same bits with any nth.
    virtual void multiply(const void * left, const operand_shape & left_shape, const void * right,
                          const operand_shape & right_shape, const matrix & c, bool add, int ith, int nth) const = 0;
};

// With the fastest kernel that this processor has.
const product_unit & float_unit();

// Operands rounded to BF16, sums in F32. Null where the machine has no such unit, or the system doesn't let this
// process use it.
const product_unit * tile_unit();

// The tile unit, or where there is none the one in F32.
inline const product_unit & fastest_unit() { return tile_unit() ? *tile_unit() : float_unit(); }

} // namespace gto
