#include "device/packed_operands.h"

namespace gto {

static void grow(gto_device & device, block & memory, size_t bytes) {
    if (memory.bytes() >= bytes) return;
    memory = block();
    memory = block(device, bytes);
}

void packed_operands::reserve(size_t left_bytes, size_t right_bytes) {
    grow(device_, left_, left_bytes);
    grow(device_, right_, right_bytes);
}

packed_operands::kept & packed_operands::keep(const matrix & source, orientation from, size_t bytes) {
    kept & place = kept_[{source.data, from}];
    if (place.memory.bytes() < bytes) place.current = false;
    grow(device_, place.memory, bytes);
    return place;
}

void packed_operands::forget() {
    for (auto & [source, place] : kept_) place.current = false;
}

size_t packed_operands::bytes() const {
    size_t n = left_.bytes() + right_.bytes();
    for (const auto & [source, place] : kept_) n += place.memory.bytes();
    return n;
}

} // namespace gto
