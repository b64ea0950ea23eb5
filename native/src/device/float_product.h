// Matrix products in F32 with a kernel of one's choice.
#pragma once

#include "device/float_kernel.h"
#include "device/product_unit.h"

namespace gto {

// The summed dimension is cut into spans that the caches hold. A packed operand is [span][panel], a panel holding what
// the kernel takes at once: of a right operand and of a left one from columns [values of the span][rows or columns of
// the kernel], of a left one from rows the rows as they are.
class float_product final : public product_unit {
  public:
    explicit float_product(const float_kernel & kernel) : kernel_(kernel) {}

    const char * name() const override { return kernel_.name; }
    size_t bytes(const operand_shape & shape, operand to) const override;
    void pack(const matrix & source, orientation from, operand to, void * packed, int ith, int nth) const override;
    void multiply(const void * left, const operand_shape & left_shape, const void * right,
                  const operand_shape & right_shape, const matrix & c, bool add, int ith, int nth) const override;

  private:
    int64_t panel(operand to) const { return to == operand::left ? kernel_.rows : kernel_.columns; }

    const float_kernel & kernel_;
};

} // namespace gto
