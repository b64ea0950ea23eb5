// What stands behind gto_features.
#pragma once

#include "common/status.h"
#include "gto4j/features.h"
#include "target/feature_memory.h"

#include <exception>

struct gto_features : gto::counted {
    explicit gto_features(gto_device * device = nullptr) : memory(device) {}

    int32_t n_taps = 0, n_embd = 0, type = GTO_TYPE_F32; // F32 in a device's memory
    bool with_hidden = false;
    gto::feature_memory memory;

    int32_t taps_width() const { return n_taps * n_embd; }
    int32_t width() const { return (n_taps + (with_hidden ? 1 : 0)) * n_embd; }
    size_t row_bytes() const { return (size_t) width() * (type == GTO_TYPE_F16 ? 2 : 4); }
    int32_t rows() const { return (int32_t) (memory.size() / row_bytes()); }

    // Appends n rows of F32 values [n][width] of the host's.
    void append(const float * rows, int64_t n = 1);
    // Appends n rows whose values the caller writes on the device; returns the first one's place there.
    float * append_there(int64_t n);
    // Drops the rows appended in its scope when an exception ends it.
    class whole_append {
      public:
        explicit whole_append(gto_features * to)
            : to_(to), held_(to ? to->memory.size() : 0), before_(std::uncaught_exceptions()) {}
        ~whole_append() {
            if (to_ && std::uncaught_exceptions() > before_) to_->memory.resize(held_);
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
