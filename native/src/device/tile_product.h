// Matrix products on a CPU's tile unit (Intel AMX): operands rounded to BF16, sums in F32. Everything here is told which share (ith of nth) to do.
//
// Operands are packed into tiles of 1 KiB: 16 rows of 32 values of the summed dimension, padded with zeros to even numbers of tiles.
#pragma once

#include "device/matrix.h"

#include <cstddef>
#include <cstdint>

namespace gto {

// Whether this machine has such a unit, and the system lets this process use it.
bool tiles_supported();

// A packed operand: n rows (or columns) of the product by k summed values.
struct packed_size {
    int64_t n, k;
    int64_t row_tiles() const { return (n + 31) / 32 * 2; }
    int64_t sum_tiles() const { return (k + 31) / 32; }
    size_t bytes() const { return (size_t) (row_tiles() * sum_tiles()) << 10; }
};

enum class operand { left, right };

// How the source of an operand lies: [n x k], or [k x n].
enum class layout { rows, columns };

inline packed_size size_of(const matrix & source, layout from) {
    return from == layout::rows ? packed_size{source.rows, source.cols} : packed_size{source.cols, source.rows};
}

void pack_tiles(const matrix & source, layout from, operand to, void * packed, int ith, int nth);

// c [left.n x right.n] = left * transpose(right), or added to what c holds.
void multiply_tiles(const void * left, packed_size left_size, const void * right, packed_size right_size, const matrix & c, bool add, int ith, int nth);

} // namespace gto
