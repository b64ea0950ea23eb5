#include "device/device_stream.h"

#include "common/status.h"

#include <utility>

namespace gto {

device_stream::device_stream(const accelerator & table, int32_t index, std::string device)
    : table_(table), device_(std::move(device)) {
    check(table.open(index, &stream_));
}

device_stream::~device_stream() { table_.close(stream_); }

void device_stream::check(const char * failure) const {
    if (failure) fail(GTO_E_INTERNAL, "device %s: %s", device_.c_str(), failure);
}

void device_stream::write(void * to, const void * from, size_t bytes) {
    if (bytes > 0) check(table_.write(stream_, to, from, bytes));
}

void device_stream::read(void * to, const void * from, size_t bytes) {
    if (bytes > 0) check(table_.read(stream_, to, from, bytes));
}

void device_stream::copy(void * to, const void * from, size_t bytes) {
    if (bytes > 0) check(table_.copy(stream_, to, from, bytes));
}

void device_stream::zero(void * to, size_t bytes) {
    if (bytes > 0) check(table_.zero(stream_, to, bytes));
}

void device_stream::launch(int32_t id, int64_t n, const void * kernel, size_t bytes) {
    if (n < 0 || n > INT32_MAX) {
        fail(GTO_E_INTERNAL, "device %s: a kernel over %lld rows: expected 0..%d", device_.c_str(), (long long) n,
             INT32_MAX);
    }
    if (n > 0) check(table_.launch(stream_, id, (int32_t) n, kernel, bytes));
}

void device_stream::multiply(const matrix_product & product) { check(table_.multiply(stream_, product)); }

void device_stream::wait() { check(table_.wait(stream_)); }

} // namespace gto
