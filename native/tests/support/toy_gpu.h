// GPUs of a sort: ggml devices that compute as its CPU backend does, in memory that isn't the host's by its type.
#pragma once

#include "device/backends.h"

#include "ggml-backend-impl.h"
#include "ggml-cpu.h"
#include "ggml-impl.h"

#include <array>
#include <string>

namespace gto_test {

class toy_gpu {
  public:
    enum class graphs { computed, fail, find_no_memory, abort };

    static constexpr int count = 2;
    // TOY0, TOY1; known to ggml from the first call on.
    static toy_gpu & of(int i) {
        static const bool registered = [] {
            gto::load_backends();
            for (int k = 0; k < count; k++) all()[k].begin("TOY" + std::to_string(k));
            ggml_backend_register(&registry());
            return true;
        }();
        (void) registered;
        return all()[i];
    }

    std::string name;
    size_t free = (size_t) 1 << 30, total = (size_t) 1 << 31;
    graphs next = graphs::computed;
    int n_graphs = 0; // that it was asked to compute

    ggml_backend_dev_t device() { return &device_; }

  private:
    static std::array<toy_gpu, count> & all() {
        static std::array<toy_gpu, count> toys;
        return toys;
    }
    static toy_gpu & at(ggml_backend_dev_t d) { return *(toy_gpu *) d->context; }
    static toy_gpu & at(ggml_backend_buffer_type_t t) { return *(toy_gpu *) t->context; }

    static ggml_status compute(ggml_backend_t backend, ggml_cgraph * graph) {
        toy_gpu & self = at(backend->device);
        self.n_graphs++;
        switch (self.next) {
            case graphs::fail: GGML_LOG_ERROR("the toy is unplugged\n"); return GGML_STATUS_FAILED;
            case graphs::find_no_memory: return GGML_STATUS_ALLOC_FAILED;
            case graphs::abort: GGML_ABORT("the toy is broken");
            default: return ggml_backend_graph_compute((ggml_backend_t) backend->context, graph);
        }
    }

    static ggml_backend_t open(ggml_backend_dev_t d, const char *) {
        static ggml_guid guid = {'g', 't', 'o', '4', 'j', '-', 't', 'o', 'y'};
        ggml_backend_i f = {};
        f.get_name = [](ggml_backend_t b) { return at(b->device).name.c_str(); };
        f.free = [](ggml_backend_t b) {
            ggml_backend_free((ggml_backend_t) b->context);
            delete b;
        };
        f.graph_compute = compute;
        return new ggml_backend{&guid, f, d, ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr)};
    }

    static ggml_backend_buffer_t allocate(ggml_backend_buffer_type_t type, size_t size) {
        ggml_backend_buffer_t buffer = ggml_backend_buft_alloc_buffer(ggml_backend_cpu_buffer_type(), size);
        if (buffer) buffer->buft = type;
        return buffer;
    }

    void begin(const std::string & called) {
        name = called;
        type_.iface.get_name = [](ggml_backend_buffer_type_t t) { return at(t).name.c_str(); };
        type_.iface.alloc_buffer = allocate;
        type_.iface.get_alignment = [](ggml_backend_buffer_type_t) { return (size_t) 64; };
        type_.iface.is_host = [](ggml_backend_buffer_type_t) { return false; };
        type_.device = &device_;
        type_.context = this;
        ggml_backend_device_i & f = device_.iface;
        f.get_name = [](ggml_backend_dev_t d) { return at(d).name.c_str(); };
        f.get_description = [](ggml_backend_dev_t) { return "a toy"; };
        f.get_memory = [](ggml_backend_dev_t d, size_t * free, size_t * total) {
            *free = at(d).free;
            *total = at(d).total;
        };
        f.get_type = [](ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_GPU; };
        f.get_props = [](ggml_backend_dev_t d, ggml_backend_dev_props * props) {
            *props = {};
            props->name = at(d).name.c_str();
            props->description = "a toy";
            props->type = GGML_BACKEND_DEVICE_TYPE_GPU;
            d->iface.get_memory(d, &props->memory_free, &props->memory_total);
        };
        f.init_backend = open;
        f.get_buffer_type = [](ggml_backend_dev_t d) { return &at(d).type_; };
        f.supports_op = [](ggml_backend_dev_t, const ggml_tensor *) { return true; };
        f.supports_buft = [](ggml_backend_dev_t d, ggml_backend_buffer_type_t t) { return t == &at(d).type_; };
        device_.reg = &registry();
        device_.context = this;
    }

    static ggml_backend_reg & registry() {
        static ggml_backend_reg reg = [] {
            ggml_backend_reg r = {};
            r.api_version = GGML_BACKEND_API_VERSION;
            r.iface.get_name = [](ggml_backend_reg_t) { return "TOY"; };
            r.iface.get_device_count = [](ggml_backend_reg_t) { return (size_t) count; };
            r.iface.get_device = [](ggml_backend_reg_t, size_t i) { return all()[i].device(); };
            return r;
        }();
        return reg;
    }

    ggml_backend_buffer_type type_ = {};
    ggml_backend_device device_ = {};
};

} // namespace gto_test
