#include "gto4j/kernels.h"

#include "common/memory_room.h"
#include "common/range.h"
#include "cpu/packed_format.h"
#include "device/device.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

using namespace gto;

namespace {

constexpr int64_t most_columns = 1 << 20, most_outputs = 1 << 24, most_rows = 4096, most_sizes = 64,
                  most_repetitions = 1000;

struct weight_type {
    const char * name;
    ggml_type type;
};

// The types of matrices in GGUFs that can be made without data to weigh them by.
constexpr weight_type weight_types[] = {
    {"Q8_0", GGML_TYPE_Q8_0},   {"Q4_0", GGML_TYPE_Q4_0}, {"Q4_1", GGML_TYPE_Q4_1},     {"Q5_0", GGML_TYPE_Q5_0},
    {"Q5_1", GGML_TYPE_Q5_1},   {"Q2_K", GGML_TYPE_Q2_K}, {"Q3_K", GGML_TYPE_Q3_K},     {"Q4_K", GGML_TYPE_Q4_K},
    {"Q5_K", GGML_TYPE_Q5_K},   {"Q6_K", GGML_TYPE_Q6_K}, {"IQ4_NL", GGML_TYPE_IQ4_NL}, {"IQ4_XS", GGML_TYPE_IQ4_XS},
    {"MXFP4", GGML_TYPE_MXFP4}, {"F16", GGML_TYPE_F16},   {"BF16", GGML_TYPE_BF16},     {"F32", GGML_TYPE_F32}};

bool has_kernel(ggml_type type) { return !ggml_is_quantized(type) || packed_format_of(type); }

ggml_type type_of(const char * name) {
    std::string known;
    for (const weight_type & t : weight_types) {
        if (strcmp(t.name, name) == 0) return t.type;
        known += (known.empty() ? "" : ", ") + std::string(t.name);
    }
    fail(GTO_E_ARGUMENT, "type: expected one of %s, found \"%s\"", known.c_str(), name);
}

size_t row_bytes(ggml_type type, int32_t columns) {
    require_within("columns", columns, 1, most_columns);
    if (columns % ggml_blck_size(type) != 0) {
        fail(GTO_E_ARGUMENT, "columns: expected a multiple of %lld, the block of %s, found %d",
             (long long) ggml_blck_size(type), ggml_type_name(type), columns);
    }
    return ggml_row_size(type, columns);
}

std::vector<float> random_floats(size_t n) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<float> values(n);
    for (float & value : values) value = normal(random);
    return values;
}

// Some random rows over and over: what they hold costs no time in a product, but to quantise it does.
std::vector<char> random_weights(ggml_type type, int64_t outputs, int64_t columns) {
    constexpr int64_t most_different = 16;
    const int64_t different = std::min(outputs, most_different);
    const size_t bytes = ggml_row_size(type, columns);
    std::vector<char> weights(bytes * (size_t) outputs);
    ggml_quantize_chunk(type, random_floats((size_t) (different * columns)).data(), weights.data(), 0, different,
                        columns, nullptr);
    for (int64_t row = different; row < outputs; row++) {
        memcpy(&weights[bytes * (size_t) row], &weights[bytes * (size_t) (row % different)], bytes);
    }
    return weights;
}

struct free_context {
    void operator()(ggml_context * context) const { ggml_free(context); }
};
struct free_buffer {
    void operator()(ggml_backend_buffer_t buffer) const { ggml_backend_buffer_free(buffer); }
};
struct free_backend {
    void operator()(ggml_backend_t backend) const { ggml_backend_free(backend); }
};
using buffer_ptr = std::unique_ptr<ggml_backend_buffer, free_buffer>;

// Where a device has the weights of a product: the first of its own types of buffers that takes them, or its memory.
ggml_backend_buffer_type_t weights_type(ggml_backend_dev_t dev, ggml_tensor * product) {
    const auto extra = (ggml_backend_dev_get_extra_bufts_t) ggml_backend_reg_get_proc_address(
        ggml_backend_dev_backend_reg(dev), "ggml_backend_dev_get_extra_bufts");
    ggml_tensor * weights = product->src[0];
    for (ggml_backend_buffer_type_t * type = extra ? extra(dev) : nullptr; type && *type; type++) {
        const buffer_ptr nothing(ggml_backend_buft_alloc_buffer(*type, 0));
        weights->buffer = nothing.get();
        const bool taken = ggml_backend_dev_supports_op(dev, product);
        weights->buffer = nullptr;
        if (taken) return *type;
    }
    return ggml_backend_dev_buffer_type(dev);
}

// Products of one matrix with several numbers of rows, ready to be computed by one backend.
class products {
  public:
    products(ggml_backend_t backend, ggml_backend_dev_t dev, ggml_type type, int64_t outputs, int64_t columns,
             const std::vector<int32_t> & rows)
        : backend_(backend), context_(ggml_init({ggml_tensor_overhead() * (1 + 2 * rows.size()) +
                                                     rows.size() * ggml_graph_overhead_custom(graph_size, false),
                                                 nullptr, true})) {
        const int64_t most = *std::max_element(rows.begin(), rows.end());
        ggml_tensor * weights = ggml_new_tensor_2d(context_.get(), type, columns, outputs);
        for (int32_t n : rows) {
            ggml_tensor * product =
                ggml_mul_mat(context_.get(), weights, ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, columns, n));
            graphs_.push_back(ggml_new_graph_custom(context_.get(), graph_size, false));
            ggml_build_forward_expand(graphs_.back(), product);
        }
        const size_t in_bytes = (size_t) (columns * most) * sizeof(float), padded = (in_bytes + 127) / 128 * 128,
                     out_bytes = (size_t) (outputs * most) * sizeof(float);
        weights_ = allocate(weights_type(dev, ggml_graph_node(graphs_.back(), 0)), weights);
        ggml_backend_buffer_set_usage(weights_.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
        require_memory("rows of a benchmark", (int64_t) (padded + out_bytes));
        rows_.reset(ggml_backend_buft_alloc_buffer(ggml_backend_dev_buffer_type(dev), padded + out_bytes));
        if (!rows_) fail(GTO_E_MEMORY, "%zu bytes for rows can't be allocated", padded + out_bytes);
        char * base = (char *) ggml_backend_buffer_get_base(rows_.get());
        const std::vector<float> values = random_floats((size_t) (columns * most));
        for (ggml_cgraph * graph : graphs_) {
            ggml_tensor *product = ggml_graph_node(graph, 0), *in = product->src[1];
            if (ggml_backend_tensor_alloc(rows_.get(), in, base) != GGML_STATUS_SUCCESS ||
                ggml_backend_tensor_alloc(rows_.get(), product, base + padded) != GGML_STATUS_SUCCESS) {
                fail(GTO_E_INTERNAL, "rows can't be placed in the device's memory");
            }
            ggml_backend_tensor_set(in, values.data(), 0, ggml_nbytes(in));
        }
        const std::vector<char> random = random_weights(type, outputs, columns);
        ggml_backend_tensor_set(weights, random.data(), 0, random.size());
    }

    size_t weight_bytes() const { return ggml_backend_buffer_get_size(weights_.get()); }

    double seconds(size_t size) {
        const int64_t start = now();
        if (ggml_backend_graph_compute(backend_, graphs_[size]) != GGML_STATUS_SUCCESS) {
            fail(GTO_E_INTERNAL, "ggml can't compute the product");
        }
        ggml_backend_synchronize(backend_);
        return (double) (now() - start) * 1e-9;
    }

  private:
    static constexpr size_t graph_size = 4; // a product, its weights and its rows

    static buffer_ptr allocate(ggml_backend_buffer_type_t type, ggml_tensor * tensor) {
        const size_t bytes = ggml_backend_buft_get_alloc_size(type, tensor);
        require_memory("weights of a benchmark", 2 * (int64_t) bytes); // and once more as in a file, for a moment
        buffer_ptr buffer(ggml_backend_buft_alloc_buffer(type, bytes));
        if (!buffer || ggml_backend_tensor_alloc(buffer.get(), tensor, ggml_backend_buffer_get_base(buffer.get())) !=
                           GGML_STATUS_SUCCESS) {
            fail(GTO_E_MEMORY, "%zu bytes for weights can't be allocated", bytes);
        }
        return buffer;
    }

    ggml_backend_t backend_;
    std::unique_ptr<ggml_context, free_context> context_;
    buffer_ptr weights_, rows_;
    std::vector<ggml_cgraph *> graphs_;
};

double median(std::vector<double> & values) {
    std::sort(values.begin(), values.end());
    const size_t n = values.size();
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

} // namespace

static std::vector<const char *> kernel_types() {
    std::vector<const char *> names;
    for (const weight_type & t : weight_types) {
        if (has_kernel(t.type)) names.push_back(t.name);
    }
    return names;
}

int32_t gto_kernel_types(void) { return (int32_t) kernel_types().size(); }

const char * gto_kernel_type(int32_t i) {
    const std::vector<const char *> names = kernel_types();
    return i >= 0 && i < (int32_t) names.size() ? names[i] : "";
}

gto_status gto_kernel_row_bytes(const char * type, int32_t columns, int64_t * n_bytes) {
    return guard([&] {
        require(type != nullptr, "type is null");
        require(n_bytes != nullptr, "n_bytes is null");
        *n_bytes = (int64_t) row_bytes(type_of(type), columns);
    });
}

gto_status gto_kernel_times(gto_device * device, const char * type, int32_t outputs, int32_t columns, int32_t n_sizes,
                            const int32_t * rows, int32_t repetitions, double * seconds, double * ggml_seconds,
                            int64_t * n_bytes) {
    return guard([&] {
        require(device != nullptr, "device is null");
        require(type != nullptr, "type is null");
        require(rows != nullptr, "rows is null");
        require(seconds != nullptr, "seconds is null");
        require(n_bytes != nullptr, "n_bytes is null");
        const ggml_type weights = type_of(type);
        row_bytes(weights, columns);
        require_within("outputs", outputs, 1, most_outputs);
        require_within("n_sizes", n_sizes, 1, most_sizes);
        require_within("repetitions", repetitions, 1, most_repetitions);
        for (int32_t i = 0; i < n_sizes; i++) require_within("rows", rows[i], 1, most_rows);
        if (ggml_seconds && !device->kernels) {
            fail(GTO_E_ARGUMENT, "ggml_seconds: device %s has no kernels beside ggml's; expected null",
                 device->name.c_str());
        }

        int64_t waited = 0;
        const auto lock = device->lock(waited);
        const std::vector<int32_t> sizes(rows, rows + n_sizes);
        const ggml_backend_dev_t dev = device->kernels ? device->kernels->device() : device->dev;
        const std::unique_ptr<ggml_backend, free_backend> own(device->kernels ? ggml_backend_dev_init(dev, nullptr)
                                                                              : nullptr);
        std::vector<std::unique_ptr<products>> compared;
        compared.push_back(
            std::make_unique<products>(own ? own.get() : device->backend, dev, weights, outputs, columns, sizes));
        if (ggml_seconds) {
            compared.push_back(
                std::make_unique<products>(device->backend, device->dev, weights, outputs, columns, sizes));
        }
        std::vector<std::vector<double>> times(compared.size() * sizes.size());
        for (int32_t round = -1; round < repetitions; round++) { // the first one only warms up
            for (size_t size = 0; size < sizes.size(); size++) {
                for (size_t i = 0; i < compared.size(); i++) {
                    const double t = compared[i]->seconds(size);
                    if (round >= 0) times[i * sizes.size() + size].push_back(t);
                }
            }
        }
        for (size_t size = 0; size < sizes.size(); size++) {
            seconds[size] = median(times[size]);
            if (ggml_seconds) ggml_seconds[size] = median(times[sizes.size() + size]);
        }
        *n_bytes = (int64_t) compared[0]->weight_bytes();
    });
}
