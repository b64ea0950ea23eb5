#include "cpu/cpu_device.h"

#include "cpu/graph_plans.h"
#include "cpu/packed_buffer.h"
#include "device/barrier_note.h"

#include "ggml-backend-impl.h"

#include <cstring>
#include <new>

namespace gto {

namespace {

cpu_device & of(ggml_backend_dev_t dev) { return *(cpu_device *) dev->context; }
ggml_backend_dev_t cpu() { return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU); }

// The backend

const char * backend_name(ggml_backend_t) { return cpu_device::name; }
void backend_free(ggml_backend_t backend) { delete backend; }
ggml_status backend_compute(ggml_backend_t backend, ggml_cgraph * graph) { return of(backend->device).compute(graph); }

void backend_optimize(ggml_backend_t, ggml_cgraph * graph, ggml_backend_graph_optimize_params *) {
    graph_plan::reorder(graph);
}

ggml_backend_i backend_functions() {
    ggml_backend_i f = {};
    f.get_name = backend_name;
    f.free = backend_free;
    f.graph_compute = backend_compute;
    f.graph_optimize = backend_optimize;
    return f;
}

ggml_guid * guid() {
    static ggml_guid id = {0x67, 0x74, 0x6f, 0x34, 0x6a, 0x2d, 0x63, 0x70,
                           0x75, 0x2d, 0x72, 0x6f, 0x77, 0x73, 0x00, 0x01};
    return &id;
}

// The device

const char * device_name(ggml_backend_dev_t) { return cpu_device::name; }
const char * device_description(ggml_backend_dev_t) { return ggml_backend_dev_description(cpu()); }
void device_memory(ggml_backend_dev_t, size_t * free, size_t * total) { ggml_backend_dev_memory(cpu(), free, total); }

// libllama loads weights onto what says that it is a GPU.
enum ggml_backend_dev_type device_type(ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_GPU; }

void device_props(ggml_backend_dev_t dev, ggml_backend_dev_props * props) {
    *props = {};
    props->name = cpu_device::name;
    props->description = device_description(dev);
    device_memory(dev, &props->memory_free, &props->memory_total);
    props->type = device_type(dev);
    props->caps.buffer_from_host_ptr = true;
    props->caps.mmap_support = true;
}

ggml_backend_t device_init(ggml_backend_dev_t dev, const char *) {
    return new ggml_backend{guid(), backend_functions(), dev, nullptr};
}
ggml_backend_buffer_type_t device_buffer_type(ggml_backend_dev_t) { return ggml_backend_cpu_buffer_type(); }
ggml_backend_buffer_t device_buffer_of_pointer(ggml_backend_dev_t, void * memory, size_t size, size_t) {
    return ggml_backend_cpu_buffer_from_ptr(memory, size);
}

// Packed weights are good for products alone.
bool can_use_packed(const ggml_tensor * op, const ggml_tensor * weight) {
    const bool product = (op->op == GGML_OP_MUL_MAT && weight->ne[2] == 1) || op->op == GGML_OP_MUL_MAT_ID;
    return product && weight == op->src[0] && !weight->view_src && packable(weight) &&
           op->src[1]->type == GGML_TYPE_F32;
}

// libllama asks where a weight may lie by a product with it whose weight is in an empty buffer. Matrices are to lie in
// buffers of ours.
bool belongs_elsewhere(const ggml_tensor * op, const ggml_tensor * weight, ggml_backend_buffer_t buffer) {
    const bool product = op->op == GGML_OP_MUL_MAT || op->op == GGML_OP_MUL_MAT_ID;
    return product && weight == op->src[0] && ggml_backend_buffer_get_size(buffer) == 0 && !is_packed(buffer->buft) &&
           (is_float(weight->type) || can_use_packed(op, weight));
}

bool device_supports_op(ggml_backend_dev_t, const ggml_tensor * op) {
    for (const ggml_tensor * source : op->src) {
        const ggml_backend_buffer_t buffer = !source            ? nullptr
                                             : source->view_src ? source->view_src->buffer
                                                                : source->buffer;
        if (!buffer) continue;
        if (belongs_elsewhere(op, source, buffer)) return false;
        const ggml_tensor * whole = source->view_src ? source->view_src : source;
        if (is_packed(buffer->buft) && !is_float(whole->type) && !can_use_packed(op, source)) return false;
    }
    return ggml_backend_dev_supports_op(cpu(), op);
}

bool device_supports_buffer(ggml_backend_dev_t, ggml_backend_buffer_type_t type) {
    return is_packed(type) || ggml_backend_buft_is_host(type);
}

ggml_backend_device_i device_functions() {
    ggml_backend_device_i f = {};
    f.get_name = device_name;
    f.get_description = device_description;
    f.get_memory = device_memory;
    f.get_type = device_type;
    f.get_props = device_props;
    f.init_backend = device_init;
    f.get_buffer_type = device_buffer_type;
    f.buffer_from_host_ptr = device_buffer_of_pointer;
    f.supports_op = device_supports_op;
    f.supports_buft = device_supports_buffer;
    return f;
}

// The registry that libllama asks for further buffer types of the device

const char * registry_name(ggml_backend_reg_t) { return cpu_device::name; }
size_t registry_devices(ggml_backend_reg_t) { return 1; }
ggml_backend_dev_t registry_device(ggml_backend_reg_t registry, size_t) {
    return ((cpu_device *) registry->context)->device();
}

ggml_backend_buffer_type_t * extra_buffer_types(ggml_backend_dev_t) {
    static ggml_backend_buffer_type_t types[] = {packed_buffer_type(), nullptr};
    return types;
}

void * registry_function(ggml_backend_reg_t, const char * name) {
    return strcmp(name, "ggml_backend_dev_get_extra_bufts") == 0 ? (void *) extra_buffer_types : nullptr;
}

} // namespace

cpu_device::cpu_device(ggml_backend_t cpu, int n_threads)
    : cpu_(cpu), plans_(new graph_plans(n_threads)),
      registry_(new ggml_backend_reg{
          GGML_BACKEND_API_VERSION, {registry_name, registry_devices, registry_device, registry_function}, this}),
      device_(new ggml_backend_device{device_functions(), registry_.get(), this}) {}

cpu_device::~cpu_device() = default;

ggml_status cpu_device::compute(ggml_cgraph * graph) {
    try {
        graph_plan & plan = plans_->of(graph);
        plan.apply();
        before_barrier(&graph_barriers);
        const ggml_status status = ggml_backend_graph_compute(cpu_, graph);
        after_barrier(&graph_barriers);
        plan.restore();
        return status;
    } catch (const std::bad_alloc &) { // ggml's callers know a status
        return GGML_STATUS_ALLOC_FAILED;
    }
}

bool cpu_device::pays() { return integer_kernels().size() > 1; }

std::string cpu_device::kernels() {
    return std::string(integer_kernels().front()->name) + " integer products, " + float_rows_kernels().front()->name +
           " float products, " + attention_kernels().front()->name + " attention";
}

} // namespace gto
