// How attention is shared out among threads, and the scratch that this takes.
#pragma once

#include "common/cache_lines.h"
#include "common/ceil_div.h"
#include "cpu/attention.h"

namespace gto {
namespace {

constexpr int64_t chunk = 64;             // cells at once: masks are looked at, keys and values converted
constexpr int64_t few_rows = 64;          // all threads work on them at once,
constexpr int64_t most_weights = 8 << 20; // if there is no need to keep more
constexpr int64_t tile_queries = 24;      // rows times heads that share a head of keys

// How the work is cut and where its intermediate results lie.
struct attention_plan {
    attention_plan(const attention_problem & p, int nth)
        : n_texts(p.n_texts), group(p.n_heads / p.n_kv_heads), chunks(ceil_div(p.n_cells, chunk)),
          slices(ceil_div(p.value_size, 16)) {
        const int64_t fit = tile_queries / group > 1 ? tile_queries / group : 1;
        tile_rows = p.n_rows < fit ? p.n_rows : fit;
        const bool few = p.n_rows <= few_rows || p.n_texts * p.n_kv_heads * ceil_div(p.n_rows, tile_rows) < 4 * nth;
        together = few && p.n_texts * p.n_heads * p.n_rows * cells() <= most_weights;
        if (together) tile_rows = p.n_rows;
        tiles = ceil_div(p.n_rows, tile_rows);
        queries = group * tile_rows;
        tiles_kept = together ? p.n_texts * p.n_kv_heads : nth;
        sums_kept = together ? p.n_kv_heads : 1;
    }

    // not a power of two, for which rows would share lines of the caches
    int64_t cells() const { return chunks * chunk + 16; }
    // Of a tile: weights [queries][cells], what is to be done with chunks [queries][chunks], totals [queries].
    size_t weights_bytes() const { return (size_t) queries * cells() * sizeof(float); }
    size_t totals_bytes() const { return whole_lines(queries * sizeof(double)); }
    size_t chunks_bytes() const { return whole_lines(queries * chunks); }
    size_t tile_bytes() const { return weights_bytes() + totals_bytes() + chunks_bytes(); }
    // Of a thread: sums [heads of a text or one][queries][slices][16], shares of a chunk [queries][chunk], pointers to
    // queries, to scores, and to the sums that a chunk matters to, which chunks of which texts are seen.
    size_t sums_bytes() const { return (size_t) sums_kept * queries * slices * 16 * sizeof(double); }
    size_t shares_bytes() const { return (size_t) queries * chunk * sizeof(double); }
    size_t pointers_bytes() const { return whole_lines(queries * sizeof(void *)); }
    size_t seen_bytes() const { return whole_lines(n_texts * chunks); }
    size_t thread_bytes() const { return sums_bytes() + shares_bytes() + 3 * pointers_bytes() + seen_bytes(); }
    size_t bytes(int nth) const { return cache_line + tiles_kept * tile_bytes() + nth * thread_bytes(); }

    int64_t n_texts, group, chunks, slices, tile_rows, tiles, queries, tiles_kept, sums_kept;
    bool together; // all threads work on all tiles at once; else each on its own
};

} // namespace
} // namespace gto
