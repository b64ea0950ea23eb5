// How quantised weights lie in memory for the integer kernels: tiles of 16 outputs, so that one vector holds the same
// columns of 16 outputs.
//
// A packed matrix [outputs x columns] is [tile of 16 outputs][block of columns], each entry `tile_bytes` long; the
// outputs that the last tile lacks are zeros.
#pragma once

#include "common/ceil_div.h"

#include "ggml.h"

#include <cstddef>
#include <cstdint>

namespace gto {

constexpr int64_t tile_outputs = 16;

struct packed_format {
    ggml_type type;
    int64_t block;     // columns of a block: 32 or 256
    size_t tile_bytes; // of 16 outputs x block columns
    // Packs a tile from n (1..16) rows of GGUF weights, row_bytes apart, of `blocks` blocks each. The values are the
    // file's, bit for bit: nothing is rounded.
    void (*pack)(const void * rows, size_t row_bytes, int64_t n, int64_t blocks, void * tile);

    int64_t tiles(int64_t outputs) const { return ceil_div(outputs, tile_outputs); }
    size_t bytes(int64_t outputs, int64_t columns) const {
        return (size_t) tiles(outputs) * (size_t) (columns / block) * tile_bytes;
    }
};

// Null for types that have none: F32, F16 and BF16, which are multiplied as they lie, and types that are left to ggml.
const packed_format * packed_format_of(ggml_type type);

} // namespace gto
