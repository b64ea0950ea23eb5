// How rows are shared out among sweeps over weights, for a source file that has chosen its instruction set: everything
// here is local to that file.
#pragma once

#include "common/ceil_div.h"

namespace gto {
namespace {

// As few groups as there can be, if each has `most` rows or fewer. All but the last are multiples of `unit`, which
// divides `most`. They are of nearly equal size: a sweep of one row takes nearly half the time of one of eight.
class row_groups {
  public:
    row_groups(int64_t n_rows, int64_t most, int64_t unit)
        : n_rows_(n_rows), unit_(unit), units_(ceil_div(n_rows, unit)), count_(ceil_div(n_rows, most)) {}
    int64_t count() const { return count_; }
    int64_t begin(int64_t group) const {
        const int64_t row = ceil_div(units_ * group, count_) * unit_;
        return row < n_rows_ ? row : n_rows_;
    }
    int64_t size(int64_t group) const { return begin(group + 1) - begin(group); }
    int64_t of(int64_t row) const { return row / unit_ * count_ / units_; }

  private:
    int64_t n_rows_, unit_, units_, count_;
};

} // namespace
} // namespace gto
