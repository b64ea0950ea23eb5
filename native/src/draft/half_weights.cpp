#include "draft/half_weights.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace gto {

// Comparing costs what rounding costs, and no writer of weights can forget to tell.
static bool holds(const block & copy, const float * values, int64_t n) {
    constexpr int64_t chunk = 1 << 16;
    std::vector<ggml_fp16_t> part(std::min(chunk, n));
    const ggml_fp16_t * held = (const ggml_fp16_t *) copy.data();
    for (int64_t done = 0; done < n; done += chunk) {
        const int64_t count = std::min(chunk, n - done);
        ggml_fp32_to_fp16_row(values + done, part.data(), count);
        if (memcmp(part.data(), held + done, count * sizeof(ggml_fp16_t)) != 0) return false;
    }
    return true;
}

std::shared_ptr<const block> half_weights::of(gto_device & device, const float * values, int64_t n) {
    std::lock_guard<std::mutex> lock(mutex_);
    std::shared_ptr<const block> copy = last_.lock();
    if (copy && holds(*copy, values, n)) return copy;
    auto fresh = std::make_shared<block>(device, n * sizeof(ggml_fp16_t));
    ggml_fp32_to_fp16_row(values, (ggml_fp16_t *) fresh->data(), n);
    last_ = fresh;
    return fresh;
}

} // namespace gto
