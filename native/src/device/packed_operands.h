// Memory for the packed operands of products (see product_unit.h): scratch for a left and a right one, and weights that
// stay packed.
#pragma once

#include "device/memory.h"
#include "device/product_unit.h"

#include <map>
#include <utility>

namespace gto {

class packed_operands {
  public:
    explicit packed_operands(gto_device & device) : device_(device) {}

    // Whether reserve() would move scratch.
    bool grows(size_t left_bytes, size_t right_bytes) const {
        return left_bytes > left_.bytes() || right_bytes > right_.bytes();
    }
    // Scratch grows to the largest demand seen. What it held is lost.
    void reserve(size_t left_bytes, size_t right_bytes);
    void * left() const { return left_.data(); }
    void * right() const { return right_.data(); }

    struct kept {
        block memory;
        bool current = false; // holds what the source holds
    };
    // The place of a right operand whose source changes only when forget() is called.
    kept & keep(const matrix & source, orientation from, size_t bytes);
    void forget();

    size_t bytes() const;

  private:
    gto_device & device_;
    block left_, right_;
    std::map<std::pair<const float *, orientation>, kept> kept_;
};

} // namespace gto
