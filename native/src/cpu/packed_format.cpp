#include "cpu/packed_format.h"

#include "cpu/quant_layout.h"

#include <cstring>

namespace gto {
namespace {

// A block of GGUF taken apart: codes in the order of columns, and scales.
struct block_parts {
    uint8_t codes[256];
    uint16_t d, m;      // F16
    uint8_t scales[16]; // as the tile holds them, whatever their sign
    uint8_t minima[16];
};

uint16_t half_at(const uint8_t * p) { return (uint16_t) (p[0] | p[1] << 8); }

// 16 bytes: column i in the low nibble, column i + 16 in the high one.
void nibbles_of_32(const uint8_t * q, uint8_t * codes) {
    for (int i = 0; i < 16; i++) {
        codes[i] = q[i] & 15;
        codes[i + 16] = q[i] >> 4;
    }
}

// The compiler turns loops over 32 bytes with one shift into vectors.

// 128 bytes for 256 columns: of 32 bytes, 32 columns in the low nibbles, then 32 in the high ones.
void nibbles_of_256(const uint8_t * q, uint8_t * codes) {
    for (int part = 0; part < 4; part++, q += 32, codes += 64) {
        for (int i = 0; i < 32; i++) {
            codes[i] = q[i] & 15;
            codes[i + 32] = q[i] >> 4;
        }
    }
}

// 64 bytes for 256 columns: of 32 bytes, four times 32 columns in ascending pairs of bits.
void pairs_of_256(const uint8_t * q, uint8_t * codes) {
    for (int part = 0; part < 8; part++, codes += 32) {
        for (int i = 0; i < 32; i++) codes[i] = (q[part / 4 * 32 + i] >> (part % 4 * 2)) & 3;
    }
}

// 32 bytes for 256 columns: eight times 32 columns in ascending bits, which become bit `to` of the codes.
void bits_of_256(const uint8_t * h, int to, uint8_t * codes) {
    for (int part = 0; part < 8; part++, codes += 32) {
        for (int i = 0; i < 32; i++) codes[i] |= (uint8_t) ((h[i] >> part & 1) << to);
    }
}

// 4 bytes for 32 columns, a bit each.
void fifth_bits_of_32(const uint8_t * h, uint8_t * codes) {
    for (int i = 0; i < 32; i++) codes[i] |= (h[i / 8] >> (i % 8) & 1) << 4;
}

// 12 bytes for 8 scales and 8 minima of 6 bits.
void scales_and_minima(const uint8_t * q, block_parts & to) {
    for (int j = 0; j < 4; j++) {
        to.scales[j] = q[j] & 63;
        to.minima[j] = q[j + 4] & 63;
        to.scales[j + 4] = (q[j + 8] & 15) | (q[j] >> 6) << 4;
        to.minima[j + 4] = q[j + 8] >> 4 | (q[j + 4] >> 6) << 4;
    }
}

template <ggml_type Type> void take_apart(const uint8_t * p, block_parts & to);

template <> void take_apart<GGML_TYPE_Q8_0>(const uint8_t * p, block_parts & to) {
    to.d = half_at(p);
    for (int i = 0; i < 32; i++) to.codes[i] = p[2 + i] ^ 0x80; // + 128
}

template <> void take_apart<GGML_TYPE_Q4_0>(const uint8_t * p, block_parts & to) {
    to.d = half_at(p);
    nibbles_of_32(p + 2, to.codes);
}

template <> void take_apart<GGML_TYPE_IQ4_NL>(const uint8_t * p, block_parts & to) {
    take_apart<GGML_TYPE_Q4_0>(p, to);
}

template <> void take_apart<GGML_TYPE_Q4_1>(const uint8_t * p, block_parts & to) {
    to.d = half_at(p);
    to.m = half_at(p + 2);
    nibbles_of_32(p + 4, to.codes);
}

template <> void take_apart<GGML_TYPE_Q5_0>(const uint8_t * p, block_parts & to) {
    to.d = half_at(p);
    nibbles_of_32(p + 6, to.codes);
    fifth_bits_of_32(p + 2, to.codes);
}

template <> void take_apart<GGML_TYPE_Q5_1>(const uint8_t * p, block_parts & to) {
    to.d = half_at(p);
    to.m = half_at(p + 2);
    nibbles_of_32(p + 8, to.codes);
    fifth_bits_of_32(p + 4, to.codes);
}

template <> void take_apart<GGML_TYPE_MXFP4>(const uint8_t * p, block_parts & to) {
    to.scales[0] = p[0];
    nibbles_of_32(p + 1, to.codes);
}

template <> void take_apart<GGML_TYPE_Q2_K>(const uint8_t * p, block_parts & to) {
    memcpy(to.scales, p, 16); // scale and minimum in a byte, as in the tile
    pairs_of_256(p + 16, to.codes);
    to.d = half_at(p + 80);
    to.m = half_at(p + 82);
}

template <> void take_apart<GGML_TYPE_Q3_K>(const uint8_t * p, block_parts & to) {
    pairs_of_256(p + 32, to.codes);
    bits_of_256(p, 2, to.codes);
    const uint8_t * s = p + 96; // 16 scales: low nibbles in 8 bytes, upper pairs of bits in 4
    for (int j = 0; j < 16; j++) {
        const int low = s[j % 8] >> (j / 8 * 4) & 15, high = s[8 + j % 4] >> (j / 4 * 2) & 3;
        to.scales[j] = (uint8_t) ((low | high << 4) - 32);
    }
    to.d = half_at(p + 108);
}

template <> void take_apart<GGML_TYPE_Q4_K>(const uint8_t * p, block_parts & to) {
    to.d = half_at(p);
    to.m = half_at(p + 2);
    scales_and_minima(p + 4, to);
    nibbles_of_256(p + 16, to.codes);
}

template <> void take_apart<GGML_TYPE_Q5_K>(const uint8_t * p, block_parts & to) {
    to.d = half_at(p);
    to.m = half_at(p + 2);
    scales_and_minima(p + 4, to);
    nibbles_of_256(p + 48, to.codes);
    bits_of_256(p + 16, 4, to.codes);
}

template <> void take_apart<GGML_TYPE_Q6_K>(const uint8_t * p, block_parts & to) {
    for (int part = 0; part < 8; part++) { // of 64 bytes: 64 columns in the low nibbles, then 64 in the high ones
        const uint8_t *low = p + part / 4 * 64 + part % 2 * 32, *high = p + 128 + part / 4 * 32;
        for (int i = 0; i < 32; i++) {
            to.codes[32 * part + i] =
                (uint8_t) ((low[i] >> (part / 2 % 2 * 4) & 15) | (high[i] >> (part % 4 * 2) & 3) << 4);
        }
    }
    memcpy(to.scales, p + 192, 16);
    to.d = half_at(p + 208);
}

template <> void take_apart<GGML_TYPE_IQ4_XS>(const uint8_t * p, block_parts & to) {
    to.d = half_at(p);
    const int high = half_at(p + 2);
    for (int j = 0; j < 8; j++) {
        to.scales[j] = (uint8_t) (((p[4 + j / 2] >> (j % 2 * 4) & 15) | (high >> (2 * j) & 3) << 4) - 32);
        nibbles_of_32(p + 8 + 16 * j, to.codes + 32 * j);
    }
}

// Bits [from, from + count) of the codes of 32 columns: count vectors (1, 2, 4 or 8), of which this output's 4 bytes
// each are written. The 4 codes of a group are shifted together, as the bytes of one number.
void put_bits(const uint8_t * codes, int from, int count, uint8_t * vectors) {
    const int a_vector = 8 / count;
    const uint32_t mask = ((1u << count) - 1) * 0x01010101u;
    for (int v = 0; v < count; v++) {
        uint32_t all = 0;
        for (int i = 0; i < a_vector; i++) {
            uint32_t group;
            memcpy(&group, codes + (v * a_vector + i) * 4, 4);
            all |= (group >> from & mask) << (i * count);
        }
        memcpy(vectors + 64 * v, &all, 4);
    }
}

template <ggml_type Type> void pack(const void * rows, size_t row_bytes, int64_t n, int64_t blocks, void * tiles) {
    using q = quant<Type>;
    block_parts parts = {};
    for (int64_t b = 0; b < blocks; b++) {
        uint8_t * tile = (uint8_t *) tiles + (size_t) b * q::tile_bytes;
        if (n < tile_outputs) memset(tile, 0, q::tile_bytes);
        for (int64_t o = 0; o < n; o++) {
            take_apart<Type>((const uint8_t *) rows + (size_t) o * row_bytes + (size_t) b * q::file_bytes, parts);
            if (q::halves > 0) memcpy(tile + 2 * o, &parts.d, 2);
            if (q::halves > 1) memcpy(tile + 32 + 2 * o, &parts.m, 2);
            uint8_t * bytes = tile + q::bytes_at + o;
            if (q::byte_scales > 0) {
                for (size_t j = 0; j < q::scales; j++) bytes[16 * j] = parts.scales[j];
            }
            if (q::byte_scales > q::scales) {
                for (size_t j = 0; j < q::scales; j++) bytes[16 * (q::scales + j)] = parts.minima[j];
            }
            for (int j = 0; j < q::block / 32; j++) {
                uint8_t * vectors = tile + q::codes_at + j * q::codes_bytes + 4 * o;
                put_bits(parts.codes + 32 * j, 0, q::low, vectors);
                if constexpr (q::high > 0) put_bits(parts.codes + 32 * j, q::low, q::high, vectors + 64 * q::low);
            }
        }
    }
}

template <ggml_type Type>
constexpr packed_format format_of = {Type, quant<Type>::block, quant<Type>::tile_bytes, pack<Type>};

} // namespace

const packed_format * packed_format_of(ggml_type type) {
    static constexpr const packed_format * formats[] = {
        &format_of<GGML_TYPE_Q8_0>, &format_of<GGML_TYPE_Q4_0>,   &format_of<GGML_TYPE_Q4_1>,
        &format_of<GGML_TYPE_Q5_0>, &format_of<GGML_TYPE_Q5_1>,   &format_of<GGML_TYPE_Q2_K>,
        &format_of<GGML_TYPE_Q3_K>, &format_of<GGML_TYPE_Q4_K>,   &format_of<GGML_TYPE_Q5_K>,
        &format_of<GGML_TYPE_Q6_K>, &format_of<GGML_TYPE_IQ4_NL>, &format_of<GGML_TYPE_IQ4_XS>,
        &format_of<GGML_TYPE_MXFP4>};
    for (const packed_format * f : formats) {
        if (f->type == type) return f;
    }
    return nullptr;
}

} // namespace gto
