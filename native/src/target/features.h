// Host storage behind gto_features.
#pragma once

#include "common/status.h"
#include "gto4j/features.h"

#include <exception>
#include <vector>

struct gto_features : gto::counted {
    int32_t n_taps = 0, n_embd = 0, type = GTO_TYPE_F32;
    bool with_hidden = false;
    std::vector<uint8_t> bytes;

    int32_t taps_width() const { return n_taps * n_embd; }
    int32_t width() const { return (n_taps + (with_hidden ? 1 : 0)) * n_embd; }
    size_t row_bytes() const { return (size_t) width() * (type == GTO_TYPE_F16 ? 2 : 4); }
    int32_t rows() const { return (int32_t) (bytes.size() / row_bytes()); }

    // Appends one row of F32 values [width].
    void append(const float * row);
    // Drops the rows appended in its scope when an exception ends it.
    class whole_append {
      public:
        explicit whole_append(gto_features * to)
            : to_(to), held_(to ? to->bytes.size() : 0), before_(std::uncaught_exceptions()) {}
        ~whole_append() {
            if (to_ && std::uncaught_exceptions() > before_) to_->bytes.resize(held_);
        }
        whole_append(const whole_append &) = delete;
        whole_append & operator=(const whole_append &) = delete;

      private:
        gto_features * const to_; // or null
        const size_t held_;
        const int before_;
    };
    // Copies columns [first, first + count) of a row as F32.
    void read(int32_t row, int32_t first, int32_t count, float * out) const;
};
