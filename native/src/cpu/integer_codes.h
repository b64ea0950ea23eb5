// What the kernels of all instruction sets share: see integer_block.h.
#pragma once

#include "cpu/quant_layout.h"

#include <cstddef>

namespace gto {
namespace {

using bytes = lanes::bytes;
using ints = lanes::ints;
using floats = lanes::floats;
typedef uint16_t words __attribute__((vector_size(sizeof(bytes))));

constexpr int width = sizeof(floats) / sizeof(float);
constexpr int strips = tile_outputs / width;
constexpr int strip_bytes = 4 * width; // of a vector of 64

// 32 columns of a row of activations. Rows lie in groups of lanes::rows, the last one of fewer: [group][block][row], so
// that a kernel needs one pointer for all.
struct row_block {
    int8_t values[32];
    float scale, scaled_sum; // scale * sum of values
    int32_t whole, half[2];  // -128 * sums of all values and of each 16: what a code's offset of 128 takes off
};

// What turns weights of 8 bits plus 128 into signed ones for instructions that take no others; weights of fewer bits
// are the same in both.
template <class Q> constexpr uint8_t sign = lanes::signed_weights && Q::bits == 8 ? 0x80 : 0;

// Of 32 columns: what group G of this strip is multiplied as.
template <class Q, int G> [[gnu::always_inline]] inline bytes codes(const uint8_t * p) {
    if constexpr (Q::low == 8) return lanes::load(p + 64 * G) ^ sign<Q>;
    constexpr int a_vector = 8 / Q::low, shift = G % a_vector * Q::low;
    const words low = (words) lanes::load(p + 64 * (G / a_vector)) >> shift;
    bytes code = (bytes) low & (uint8_t) ((1 << Q::low) - 1);
    if constexpr (Q::high > 0) {
        constexpr int high_a_vector = 8 / Q::high, from = G % high_a_vector * Q::high;
        const words high = (words) lanes::load(p + 64 * (Q::low + G / high_a_vector));
        const words placed =
            from < Q::low ? high << (Q::low > from ? Q::low - from : 0) : high >> (from > Q::low ? from - Q::low : 0);
        code |= (bytes) placed & (uint8_t) (((1 << Q::high) - 1) << Q::low);
    }
    if constexpr (Q::table != nullptr) code = lanes::lookup(Q::table, code) ^ sign<Q>;
    return code;
}

// What the offset takes off in groups [First, First + Groups).
template <class Q, int First, int Groups> [[gnu::always_inline]] inline ints start(const row_block & a) {
    if constexpr (Q::offset == 0 || sign<Q> != 0) return ints{};
    constexpr int shift = Q::offset == 128 ? 0 : Q::offset == 32 ? 2 : Q::offset == 16 ? 3 : Q::offset == 8 ? 4 : 5;
    static_assert(Q::offset == 0 || 128 >> shift == Q::offset);
    ints all = lanes::splat(Groups == 8 ? &a.whole : &a.half[First / 4]);
    lanes::settle(all); // or GCC would shift before it broadcasts, which takes three instructions more
    return all >> shift;
}

} // namespace
} // namespace gto
