// A device's memory for code that knows no queue.
#include "common/memory_room.h"
#include "device/device.h"
#include "device/device_list.h"
#include "device/find_accelerator.h"

#include <cstring>

using namespace gto;

std::unique_ptr<device_stream> gto_device::open_stream() const {
    if (!accelerator) return nullptr;
    return std::make_unique<device_stream>(*accelerator, index_of(dev), name);
}

gto_device & gto_device::for_drafts() {
    if (is_cpu() || is_accelerated()) return *this;
    std::lock_guard<std::mutex> lock(transfers_mutex_);
    if (!beside_) beside_ = std::make_unique<gto_device>("CPU", n_threads);
    return *beside_;
}

// here(): on the host; there(stream): on an accelerated device.
template <class Here, class There> void gto_device::transfer(size_t bytes, Here && here, There && there) {
    if (bytes == 0) return;
    if (!transfers_) {
        here();
        return;
    }
    require_usable();
    std::lock_guard<std::mutex> lock(transfers_mutex_);
    there(*transfers_);
    transfers_->wait();
}

void gto_device::write(void * to, const void * from, size_t bytes) {
    transfer(
        bytes, [=] { memcpy(to, from, bytes); }, [=](device_stream & s) { s.write(to, from, bytes); });
}

void gto_device::read(void * to, const void * from, size_t bytes) {
    transfer(
        bytes, [=] { memcpy(to, from, bytes); }, [=](device_stream & s) { s.read(to, from, bytes); });
}

void gto_device::copy(void * to, const void * from, size_t bytes) {
    transfer(
        bytes, [=] { memcpy(to, from, bytes); }, [=](device_stream & s) { s.copy(to, from, bytes); });
}

void gto_device::zero(void * to, size_t bytes) {
    transfer(
        bytes, [=] { memset(to, 0, bytes); }, [=](device_stream & s) { s.zero(to, bytes); });
}

void gto_device::require_room(const std::string & what, int64_t bytes) const {
    if (is_cpu()) {
        require_memory(what, bytes);
        return;
    }
    const device_memory memory = memory_of({dev});
    if (memory.free < 0 || bytes <= memory.free) return;
    fail(GTO_E_MEMORY, "%s needs %s, %s of device %s's %s are free", what.c_str(), in_bytes(bytes).c_str(),
         in_bytes(memory.free).c_str(), name.c_str(), in_bytes(memory.total).c_str());
}
