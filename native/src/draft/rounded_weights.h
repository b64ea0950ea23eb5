// A draft's matrices rounded to F16, Q8_0 or Q4_0: one copy for all that use the same values.
#pragma once

#include "cpu/packed_format.h"
#include "device/memory.h"

#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace gto {

// A matrix among many values.
struct rounded_part {
    int64_t offset, rows, cols;
    bool operator==(const rounded_part & other) const {
        return offset == other.offset && rows == other.rows && cols == other.cols;
    }
};

class rounded_copy {
  public:
    // values: the device's memory; revision: see gto_draft.
    rounded_copy(gto_device & device, const float * values, uint64_t revision, std::vector<rounded_part> parts,
                 ggml_type type);

    // The matrix whose values begin at `offset`.
    const void * at(int64_t offset) const;
    // How each matrix lies; null: as rows of its type.
    const packed_format * packed() const { return packed_; }
    // On a CPU values are compared: that costs what rounding costs, and no writer of weights can forget to tell. An
    // accelerated device goes by the revision.
    bool holds(const float * values, uint64_t revision, const std::vector<rounded_part> & parts) const;

  private:
    // f(bytes from the start of the copy, what stands there, how many bytes), tile by tile, until it returns false.
    template <class F> bool for_each_tile(const float * values, F && f) const;
    size_t bytes(const rounded_part & part) const;
    void round_there(gto_device & device, const float * values);

    const uint64_t revision_;
    const bool accelerated_;
    const std::vector<rounded_part> parts_;
    const ggml_type type_;
    const packed_format * const packed_;
    block memory_;
};

class rounded_weights {
  public:
    // The matrices as they are now, rounded to `type`, of whose blocks their rows are multiples; quantised ones packed
    // for the integer kernels. The copy that is still in use is shared if it holds the same; training in between gives
    // another one, and each lives as long as somebody uses it. Thread-safe, as long as nobody writes the values.
    std::shared_ptr<const rounded_copy> of(gto_device & device, const float * values, uint64_t revision,
                                           const std::vector<rounded_part> & parts, ggml_type type);

  private:
    std::mutex mutex_;
    std::map<ggml_type, std::weak_ptr<const rounded_copy>> last_;
};

} // namespace gto
