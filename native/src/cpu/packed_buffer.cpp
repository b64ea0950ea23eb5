#include "cpu/packed_buffer.h"

#include "common/processors.h"

#include "ggml-backend-impl.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <thread>
#include <vector>

namespace gto {

namespace {

constexpr size_t alignment = 64, large_page = (size_t) 2 << 20;

void free_buffer(ggml_backend_buffer_t buffer) { free(buffer->context); }
void * base(ggml_backend_buffer_t buffer) { return buffer->context; }

// Views of packed weights have no format: nothing can be computed with them.
ggml_status init_tensor(ggml_backend_buffer_t, ggml_tensor * tensor) {
    tensor->extra = tensor->view_src ? nullptr : const_cast<packed_format *>(packable(tensor));
    return GGML_STATUS_SUCCESS;
}

void memset_tensor(ggml_backend_buffer_t, ggml_tensor * tensor, uint8_t value, size_t offset, size_t size) {
    memset((char *) tensor->data + offset, value, size);
}

// Tiles of all matrices of a weight in one line.
void pack_tiles(const packed_format & format, const ggml_tensor * tensor, const char * data, int64_t first,
                int64_t last) {
    const int64_t blocks = tensor->ne[0] / format.block, tiles = format.tiles(tensor->ne[1]);
    const size_t row_bytes = ggml_row_size(tensor->type, tensor->ne[0]);
    for (int64_t t = first; t < last; t++) {
        const int64_t matrix = t / tiles, row = t % tiles * tile_outputs;
        format.pack(data + (size_t) (matrix * tensor->ne[1] + row) * row_bytes, row_bytes,
                    std::min(tile_outputs, tensor->ne[1] - row), blocks,
                    (char *) tensor->data + (size_t) t * (size_t) blocks * format.tile_bytes);
    }
}

void set_tensor(ggml_backend_buffer_t, ggml_tensor * tensor, const void * data, size_t offset, size_t size) {
    constexpr size_t worth_a_thread = (size_t) 1 << 20;
    const packed_format * format = packed(tensor);
    if (!format) {
        memcpy((char *) tensor->data + offset, data, size);
        return;
    }
    GGML_ASSERT(offset == 0 && size == ggml_nbytes(tensor) && "packed weights are written whole");
    const int64_t tiles = format->tiles(tensor->ne[1]) * tensor->ne[2];
    const int64_t parts = std::clamp<int64_t>((int64_t) (size / worth_a_thread), 1, usable_processors());
    std::vector<std::thread> threads;
    for (int64_t i = 1; i < parts; i++) {
        threads.emplace_back(
            [=] { pack_tiles(*format, tensor, (const char *) data, tiles * i / parts, tiles * (i + 1) / parts); });
    }
    pack_tiles(*format, tensor, (const char *) data, 0, tiles / parts);
    for (std::thread & thread : threads) thread.join();
}

void get_tensor(ggml_backend_buffer_t, const ggml_tensor * tensor, void * data, size_t offset, size_t size) {
    GGML_ASSERT(!packed(tensor) && "packed weights can't be read back");
    memcpy(data, (const char *) tensor->data + offset, size);
}

bool copy_tensor(ggml_backend_buffer_t, const ggml_tensor *, ggml_tensor *) { return false; }
void clear(ggml_backend_buffer_t buffer, uint8_t value) { memset(buffer->context, value, buffer->size); }

constexpr ggml_backend_buffer_i buffer_functions = {free_buffer, base,       init_tensor, memset_tensor,
                                                    set_tensor,  get_tensor, nullptr,     nullptr,
                                                    copy_tensor, clear,      nullptr};

const char * name(ggml_backend_buffer_type_t) { return "CPU-GTO4J packed"; }

ggml_backend_buffer_t allocate(ggml_backend_buffer_type_t type, size_t size) {
    void * memory = nullptr;
    const bool large = size >= large_page;
    if (posix_memalign(&memory, large ? large_page : alignment, std::max<size_t>(size, 1)) != 0) return nullptr;
#ifdef MADV_HUGEPAGE
    if (large) madvise(memory, size, MADV_HUGEPAGE); // small pages if it fails
#endif
    return ggml_backend_buffer_init(type, buffer_functions, memory, size);
}

size_t align(ggml_backend_buffer_type_t) { return alignment; }

size_t bytes(ggml_backend_buffer_type_t, const ggml_tensor * tensor) {
    const packed_format * format = packable(tensor);
    return format ? (size_t) tensor->ne[2] * format->bytes(tensor->ne[1], tensor->ne[0]) : ggml_nbytes(tensor);
}

bool is_host(ggml_backend_buffer_type_t) { return false; }

} // namespace

ggml_backend_buffer_type_t packed_buffer_type() {
    static ggml_backend_buffer_type type = {{name, allocate, align, nullptr, bytes, is_host}, nullptr, nullptr};
    return &type;
}

bool is_packed(ggml_backend_buffer_type_t type) { return type == packed_buffer_type(); }

const packed_format * packable(const ggml_tensor * weight) {
    if (ggml_n_dims(weight) > 3 || !ggml_is_contiguous(weight)) return nullptr;
    const packed_format * format = packed_format_of(weight->type);
    return format && weight->ne[0] % format->block == 0 ? format : nullptr;
}

const packed_format * packed(const ggml_tensor * weight) {
    const ggml_backend_buffer_t buffer = weight->view_src ? weight->view_src->buffer : weight->buffer;
    return buffer && is_packed(buffer->buft) ? (const packed_format *) weight->extra : nullptr;
}

} // namespace gto
