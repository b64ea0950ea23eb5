// A test device with a stream of its accelerator, and memory of it that holds arrays.
#pragma once

#include "device/backends.h"
#include "device/find_accelerator.h"
#include "guarded/guarded_backend.h"
#include "support/test_device.h"

#include <memory>
#include <vector>

namespace gto_test {

class test_accelerator {
  public:
    // name: GUARD0, SHIM0, or a GPU's.
    explicit test_accelerator(const std::string & name) : device_(device(name)), table_(&table(device_)) {
        check(table_->open(gto::index_of(device_), &stream_));
    }
    ~test_accelerator() { table_->close(stream_); }
    test_accelerator(const test_accelerator &) = delete;

    const gto::accelerator & table() const { return *table_; }
    gto::accelerator_stream * stream() const { return stream_; }
    // Of a device that stands for a GPU.
    guarded_memory & memory() const {
        return ((guarded_memory & (*) ())
                    ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device_), memory_symbol))();
    }

    // Memory that holds the values, or as it comes.
    template <class T> T * array(const std::vector<T> & values) {
        T * data = array<T>(values.size());
        check(table_->write(stream_, data, values.data(), values.size() * sizeof(T)));
        return data;
    }
    template <class T> T * array(size_t n) {
        buffers_.emplace_back(
            ggml_backend_buft_alloc_buffer(ggml_backend_dev_buffer_type(device_), n ? n * sizeof(T) : 1),
            ggml_backend_buffer_free);
        if (!buffers_.back()) throw std::runtime_error("the device has no memory left");
        return (T *) ggml_backend_buffer_get_base(buffers_.back().get());
    }
    template <class T> std::vector<T> values(const T * data, size_t n) {
        std::vector<T> out(n);
        check(table_->read(stream_, out.data(), data, n * sizeof(T)));
        return out;
    }
    void free_arrays() { buffers_.clear(); }

    template <class Kernel> void launch(int32_t id, int32_t n, const Kernel & kernel) {
        check(table_->launch(stream_, id, n, &kernel, sizeof kernel));
    }
    void multiply(const gto::matrix_product & product) { check(table_->multiply(stream_, product)); }
    void wait() { check(table_->wait(stream_)); }

    static void check(const char * fault) {
        if (fault) throw std::runtime_error(fault);
    }

    static const gto::accelerator & table_of(const std::string & name) { return table(device(name)); }

  private:
    static ggml_backend_dev_t device(const std::string & name) {
        load_test_device(name);
        gto::load_backends();
        const ggml_backend_dev_t found = ggml_backend_dev_by_name(name.c_str());
        if (!found) throw std::runtime_error("there is no device " + name);
        return found;
    }
    static const gto::accelerator & table(ggml_backend_dev_t device) {
        std::string why;
        const gto::accelerator * found = gto::find_accelerator(device, why);
        if (!found) throw std::runtime_error(why);
        return *found;
    }

    const ggml_backend_dev_t device_;
    const gto::accelerator * const table_;
    gto::accelerator_stream * stream_ = nullptr;
    std::vector<std::unique_ptr<ggml_backend_buffer, void (*)(ggml_backend_buffer_t)>> buffers_;
};

} // namespace gto_test
