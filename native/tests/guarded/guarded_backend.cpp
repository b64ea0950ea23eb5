#include "guarded/guarded_backend.h"

#include "ggml-backend-impl.h"
#include "ggml-backend.h"

#include <cstring>

namespace gto_test {

namespace {

extern ggml_backend_buffer_type buffer_type;
extern ggml_backend_device device;
extern ggml_backend_reg registry;

guarded_memory & memory() { return the_device().memory(); }

void copy(void * to, const void * from, size_t bytes, std::atomic<int64_t> & counter, const char * activity) {
    const guarded_memory::window open(memory(), activity);
    memcpy(to, from, bytes);
    counter += (int64_t) bytes;
}

ggml_backend_buffer_i buffer_interface() {
    ggml_backend_buffer_i i = {};
    i.free_buffer = [](ggml_backend_buffer_t b) { memory().free(b->context); };
    i.get_base = [](ggml_backend_buffer_t b) { return b->context; };
    i.memset_tensor = [](ggml_backend_buffer_t, ggml_tensor * t, uint8_t value, size_t offset, size_t bytes) {
        const guarded_memory::window open(memory(), "memset_tensor");
        memset((char *) t->data + offset, value, bytes);
    };
    i.set_tensor = [](ggml_backend_buffer_t, ggml_tensor * t, const void * from, size_t offset, size_t bytes) {
        copy((char *) t->data + offset, from, bytes, memory().traffic.to_device, "set_tensor");
    };
    i.get_tensor = [](ggml_backend_buffer_t, const ggml_tensor * t, void * to, size_t offset, size_t bytes) {
        copy(to, (const char *) t->data + offset, bytes, memory().traffic.to_host, "get_tensor");
    };
    i.cpy_tensor = [](ggml_backend_buffer_t, const ggml_tensor * from, ggml_tensor * to) {
        if (!from->buffer || from->buffer->buft != &buffer_type) return false;
        copy(to->data, from->data, ggml_nbytes(from), memory().traffic.within, "cpy_tensor");
        return true;
    };
    i.clear = [](ggml_backend_buffer_t b, uint8_t value) {
        const guarded_memory::window open(memory(), "clear");
        memset(b->context, value, b->size);
    };
    return i;
}

ggml_backend_buffer_type_i buffer_type_interface() {
    ggml_backend_buffer_type_i i = {};
    i.get_name = [](ggml_backend_buffer_type_t) { return the_device().name; };
    i.alloc_buffer = [](ggml_backend_buffer_type_t type, size_t bytes) -> ggml_backend_buffer_t {
        void * start = memory().allocate(bytes);
        return start ? ggml_backend_buffer_init(type, buffer_interface(), start, bytes) : nullptr;
    };
    i.get_alignment = [](ggml_backend_buffer_type_t) { return (size_t) 128; };
    i.is_host = [](ggml_backend_buffer_type_t) { return false; };
    return i;
}

bool is_custom(const ggml_tensor * t) {
    return t->op == GGML_OP_CUSTOM || t->op == GGML_OP_MAP_CUSTOM1 || t->op == GGML_OP_MAP_CUSTOM2 ||
           t->op == GGML_OP_MAP_CUSTOM3;
}

ggml_status compute(ggml_backend_t b, ggml_cgraph * graph) {
    for (int i = 0; i < ggml_graph_n_nodes(graph); i++) {
        const ggml_tensor * node = ggml_graph_node(graph, i);
        if (is_custom(node)) die("%s: op not supported: %s", the_device().name, ggml_op_name(node->op));
    }
    const guarded_memory::window open(memory(), "a graph");
    return ggml_backend_graph_compute((ggml_backend_t) b->context, graph);
}

ggml_guid guid = {'g', 't', 'o', '4', 'j', '-', 'g', 'u', 'a', 'r', 'd'};

ggml_backend_t new_backend(ggml_backend_dev_t of, const char *) {
    const ggml_backend_t cpu = ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr);
    if (!cpu) return nullptr;
    const auto set_threads = (ggml_backend_set_n_threads_t) ggml_backend_reg_get_proc_address(
        ggml_backend_dev_backend_reg(ggml_backend_get_device(cpu)), "ggml_backend_set_n_threads");
    if (set_threads) set_threads(cpu, 1);
    ggml_backend_i i = {};
    i.get_name = [](ggml_backend_t) { return the_device().name; };
    i.free = [](ggml_backend_t b) {
        ggml_backend_free((ggml_backend_t) b->context);
        delete b;
    };
    i.graph_compute = compute;
    return new ggml_backend{&guid, i, of, cpu};
}

ggml_backend_device_i device_interface() {
    ggml_backend_device_i i = {};
    i.get_name = [](ggml_backend_dev_t) { return the_device().name; };
    i.get_description = [](ggml_backend_dev_t) { return the_device().description; };
    i.get_memory = [](ggml_backend_dev_t, size_t * free, size_t * total) {
        *total = memory().limit();
        *free = *total - memory().used();
    };
    i.get_type = [](ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_GPU; };
    i.get_props = [](ggml_backend_dev_t d, ggml_backend_dev_props * props) {
        *props = {};
        props->name = the_device().name;
        props->description = the_device().description;
        props->type = GGML_BACKEND_DEVICE_TYPE_GPU;
        d->iface.get_memory(d, &props->memory_free, &props->memory_total);
    };
    i.init_backend = new_backend;
    i.get_buffer_type = [](ggml_backend_dev_t) { return &buffer_type; };
    // ggml-cuda has no flash attention for heads as small as those of tiny models.
    i.supports_op = [](ggml_backend_dev_t, const ggml_tensor * t) {
        return !is_custom(t) && t->op != GGML_OP_FLASH_ATTN_EXT &&
               ggml_backend_dev_supports_op(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), t);
    };
    i.supports_buft = [](ggml_backend_dev_t, ggml_backend_buffer_type_t type) { return type == &buffer_type; };
    return i;
}

ggml_backend_reg_i registry_interface() {
    ggml_backend_reg_i i = {};
    i.get_name = [](ggml_backend_reg_t) { return the_device().registry; };
    i.get_device_count = [](ggml_backend_reg_t) { return (size_t) 1; };
    i.get_device = [](ggml_backend_reg_t, size_t) { return &device; };
    i.get_proc_address = [](ggml_backend_reg_t, const char * name) -> void * {
        if (strcmp(name, gto::accelerator_symbol) == 0) return (void *) the_device().accelerator;
        if (strcmp(name, memory_symbol) == 0) return (void *) the_device().memory;
        return nullptr;
    };
    return i;
}

ggml_backend_buffer_type buffer_type = {buffer_type_interface(), &device, nullptr};
ggml_backend_device device = {device_interface(), &registry, nullptr};
ggml_backend_reg registry = {GGML_BACKEND_API_VERSION, registry_interface(), nullptr};

} // namespace

} // namespace gto_test

extern "C" __attribute__((visibility("default"))) ggml_backend_reg_t ggml_backend_init() { return &gto_test::registry; }
