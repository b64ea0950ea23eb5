// How a queue multiplies matrices.
#pragma once

#include "device/number_type.h"
#include "device/product_unit.h"

namespace gto {

struct products {
    const product_unit * unit = nullptr;     // of a CPU; null: row products
    number_type operands = number_type::f32; // what an accelerated device rounds operands in F32 to

    // Of an operand rounded for an accelerated device; F32 needs none.
    static size_t operand_bytes(const operand_shape & shape, number_type type) {
        return type == number_type::f32 ? 0 : (size_t) shape.n * (size_t) shape.k * bytes_of(type);
    }
};

// Bytes of packed or rounded operands on a device.
class product_memory {
  public:
    product_memory(bool accelerated, const products & how) : accelerated_(accelerated), how_(how) {}

    size_t bytes(const operand_shape & shape, operand to) const {
        return accelerated_ ? products::operand_bytes(shape, how_.operands) : how_.unit->bytes(shape, to);
    }
    // Whether weights are kept in another form for products with their transpose.
    bool keeps_transposed() const { return !accelerated_; }

  private:
    const bool accelerated_;
    const products how_;
};

} // namespace gto
