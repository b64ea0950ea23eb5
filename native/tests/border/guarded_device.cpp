#include "border/guarded_device.h"

#if __has_include("ggml-backend-impl.h")

#  include "ggml-backend-impl.h"

#  include <cstring>
#  include <sys/mman.h>

namespace {

extern ggml_backend_buffer_type buffer_type;
extern ggml_backend_device device;
extern ggml_backend_reg registry;

constexpr char name[] = "GUARDED";

// The buffer's memory can be reached while one lives.
struct window {
    explicit window(ggml_backend_buffer_t buffer) : buffer(buffer) {
        mprotect(buffer->context, buffer->size, PROT_READ | PROT_WRITE);
    }
    ~window() { mprotect(buffer->context, buffer->size, PROT_NONE); }
    ggml_backend_buffer_t buffer;
};

ggml_backend_buffer_i buffer_interface() {
    ggml_backend_buffer_i i = {};
    i.free_buffer = [](ggml_backend_buffer_t b) { munmap(b->context, b->size); };
    i.get_base = [](ggml_backend_buffer_t b) { return b->context; };
    i.memset_tensor = [](ggml_backend_buffer_t b, ggml_tensor * t, uint8_t value, size_t offset, size_t size) {
        const window open(b);
        memset((char *) t->data + offset, value, size);
    };
    i.set_tensor = [](ggml_backend_buffer_t b, ggml_tensor * t, const void * from, size_t offset, size_t size) {
        const window open(b);
        memcpy((char *) t->data + offset, from, size);
    };
    i.get_tensor = [](ggml_backend_buffer_t b, const ggml_tensor * t, void * to, size_t offset, size_t size) {
        const window open(b);
        memcpy(to, (const char *) t->data + offset, size);
    };
    i.clear = [](ggml_backend_buffer_t b, uint8_t value) {
        const window open(b);
        memset(b->context, value, b->size);
    };
    return i;
}

ggml_backend_buffer_type_i buffer_type_interface() {
    ggml_backend_buffer_type_i i = {};
    i.get_name = [](ggml_backend_buffer_type_t) { return name; };
    i.alloc_buffer = [](ggml_backend_buffer_type_t type, size_t size) -> ggml_backend_buffer_t {
        void * memory = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return memory == MAP_FAILED ? nullptr : ggml_backend_buffer_init(type, buffer_interface(), memory, size);
    };
    i.get_alignment = [](ggml_backend_buffer_type_t) { return (size_t) 128; };
    i.is_host = [](ggml_backend_buffer_type_t) { return false; };
    return i;
}

ggml_guid guid = {'g', 't', 'o', '4', 'j', '-', 'g', 'u', 'a', 'r', 'd', 'e', 'd'};

ggml_backend_t new_backend(ggml_backend_dev_t of, const char *) {
    ggml_backend_i i = {};
    i.get_name = [](ggml_backend_t) { return name; };
    i.free = [](ggml_backend_t b) { delete b; };
    i.graph_compute = [](ggml_backend_t, ggml_cgraph *) { return GGML_STATUS_FAILED; };
    return new ggml_backend{&guid, i, of, nullptr};
}

ggml_backend_device_i device_interface() {
    ggml_backend_device_i i = {};
    i.get_name = [](ggml_backend_dev_t) { return name; };
    i.get_description = [](ggml_backend_dev_t) { return "memory that the host can't touch"; };
    i.get_memory = [](ggml_backend_dev_t, size_t * free, size_t * total) { *free = *total = (size_t) 1 << 30; };
    i.get_type = [](ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_GPU; };
    i.get_props = [](ggml_backend_dev_t d, ggml_backend_dev_props * props) {
        *props = {};
        props->name = props->description = name;
        props->type = GGML_BACKEND_DEVICE_TYPE_GPU;
        d->iface.get_memory(d, &props->memory_free, &props->memory_total);
    };
    i.init_backend = new_backend;
    i.get_buffer_type = [](ggml_backend_dev_t) { return &buffer_type; };
    i.supports_op = [](ggml_backend_dev_t, const ggml_tensor *) { return true; };
    i.supports_buft = [](ggml_backend_dev_t, ggml_backend_buffer_type_t type) { return type == &buffer_type; };
    return i;
}

ggml_backend_reg_i registry_interface() {
    ggml_backend_reg_i i = {};
    i.get_name = [](ggml_backend_reg_t) { return name; };
    i.get_device_count = [](ggml_backend_reg_t) { return (size_t) 1; };
    i.get_device = [](ggml_backend_reg_t, size_t) { return &device; };
    return i;
}

ggml_backend_buffer_type buffer_type = {buffer_type_interface(), &device, nullptr};
ggml_backend_device device = {device_interface(), &registry, nullptr};
ggml_backend_reg registry = {GGML_BACKEND_API_VERSION, registry_interface(), nullptr};

} // namespace

const char * gto_test::guarded_device() {
    static const bool registered = [] {
        ggml_backend_register(&registry);
        return true;
    }();
    return registered ? name : nullptr;
}

#else

const char * gto_test::guarded_device() { return nullptr; }

#endif
