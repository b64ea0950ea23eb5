// Checks of what callers give as numbers, sizes, counts and positions. Integers are 64 bits wide before they are added
// or compared.
#pragma once

#include "common/status.h"

#include <cmath>

namespace gto {

// Fails with GTO_E_ARGUMENT unless the value of `what` is in low..high.
inline void require_within(const char * what, int64_t value, int64_t low, int64_t high) {
    if (value < low || value > high) {
        fail(GTO_E_ARGUMENT, "%s: expected %lld..%lld, found %lld", what, (long long) low, (long long) high,
             (long long) value);
    }
}

inline void require_at_least(const char * what, int64_t value, int64_t low) {
    if (value < low) {
        fail(GTO_E_ARGUMENT, "%s: expected at least %lld, found %lld", what, (long long) low, (long long) value);
    }
}

inline void require_finite(const char * what, float value) {
    if (!std::isfinite(value)) fail(GTO_E_ARGUMENT, "%s: expected a finite number, found %g", what, value);
}

// Fails with GTO_E_ARGUMENT unless `count` entries from `first` on are among the `size` that `what` has.
inline void require_span(const char * what, int64_t first, int64_t count, int64_t size) {
    if (first < 0 || count < 0 || first > size || count > size - first) {
        fail(GTO_E_ARGUMENT, "%s: there are %lld, asked for %lld from %lld on", what, (long long) size,
             (long long) count, (long long) first);
    }
}

// Fails with GTO_E_CONTEXT unless `more` fit behind the `held` of `what`, which has room for `room`; with
// GTO_E_ARGUMENT if `more` is negative.
inline void require_room(const char * what, int64_t held, int64_t more, int64_t room) {
    require_at_least(what, more, 0);
    if (more > room - held) {
        fail(GTO_E_CONTEXT, "%s: %lld held, %lld more asked, room for %lld", what, (long long) held, (long long) more,
             (long long) room);
    }
}

} // namespace gto
