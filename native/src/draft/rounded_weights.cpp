#include "draft/rounded_weights.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace gto {

static void round(const float * values, int64_t n, ggml_type type, void * out) { ggml_get_type_traits(type)->from_float_ref(values, out, n); }

// Comparing costs what rounding costs, and no writer of weights can forget to tell.
static bool holds(const block & copy, const float * values, int64_t n, ggml_type type) {
    constexpr int64_t chunk = 1 << 16;
    std::vector<uint8_t> part(ggml_row_size(type, std::min(chunk, n)));
    const uint8_t * held = (const uint8_t *) copy.data();
    for (int64_t done = 0; done < n; done += chunk) {
        const int64_t count = std::min(chunk, n - done);
        round(values + done, count, type, part.data());
        if (memcmp(part.data(), held + ggml_row_size(type, done), ggml_row_size(type, count)) != 0) return false;
    }
    return true;
}

std::shared_ptr<const block> rounded_weights::of(gto_device & device, const float * values, int64_t n, ggml_type type) {
    std::lock_guard<std::mutex> lock(mutex_);
    std::shared_ptr<const block> copy = last_[type].lock();
    if (copy && holds(*copy, values, n, type)) return copy;
    auto fresh = std::make_shared<block>(device, ggml_row_size(type, n));
    round(values, n, type, fresh->data());
    last_[type] = fresh;
    return fresh;
}

} // namespace gto
