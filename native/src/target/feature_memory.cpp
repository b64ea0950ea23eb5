#include "target/feature_memory.h"

#include <algorithm>
#include <cstring>

namespace gto {

feature_memory::feature_memory(gto_device * device) : device_(device && device->is_accelerated() ? device : nullptr) {}

void feature_memory::resize(size_t bytes) {
    if (!device_) {
        here_.resize(bytes);
    } else if (bytes > there_.bytes()) {
        block larger(*device_, std::max(bytes, 2 * there_.bytes()));
        device_->copy(larger.data(), there_.data(), size_);
        there_ = std::move(larger);
    }
    size_ = bytes;
}

void feature_memory::replace(std::vector<uint8_t> && bytes) {
    if (device_) {
        resize(bytes.size());
        write(0, bytes.data(), bytes.size());
    } else {
        here_ = std::move(bytes);
        size_ = here_.size();
    }
}

void feature_memory::write(size_t at, const void * from, size_t bytes) {
    if (device_) {
        device_->write(data() + at, from, bytes);
    } else {
        memcpy(data() + at, from, bytes);
    }
}

void feature_memory::read(size_t at, void * to, size_t bytes) const {
    if (device_) {
        device_->read(to, data() + at, bytes);
    } else {
        memcpy(to, data() + at, bytes);
    }
}

} // namespace gto
