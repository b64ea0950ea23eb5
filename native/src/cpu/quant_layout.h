// What a packed tile of each quantised type consists of, known at compile time to the packing and to the kernels.
//
// A tile of 16 outputs holds scales first, then for every 32 columns the low bits of the codes, then their high bits. A
// vector of 64 bytes holds 4 columns (a group) of the 16 outputs: byte 4 o + k is column k of output o. Codes of 8 bits
// take a vector a group; of nibbles a vector holds groups 2v (low) and 2v + 1 (high), of 2 bits groups 4v .. 4v + 3. A
// high bit: one vector for 32 columns, bit g is group g's; 2 high bits: as 2 low ones.
#pragma once

#include "ggml.h"

#include <cstddef>
#include <cstdint>

namespace gto {

enum class scale_form {
    half,        // d[16], F16
    half_min,    // d[16], m[16], F16: the value is d code + m
    exponent,    // e[16]: half of 2 ^ (e - 127), as MXFP4 has it
    bytes,       // d[16], F16; s8 [scales][16]: the value is d s code
    bytes_min,   // d[16], dmin[16], F16; u8 s [scales][16], u8 m [scales][16]: the value is d s code - dmin m
    nibbles_min, // d[16], dmin[16], F16; u8 [scales][16]: s is its low nibble, m its high one
};

template <int Block, size_t FileBytes, int Low, int High, int Offset, int ScaleColumns, scale_form Form>
struct quant_layout {
    static constexpr int block = Block;
    static constexpr size_t file_bytes = FileBytes; // of a block of one row
    static constexpr int low = Low, high = High;    // bits, and vectors for 32 columns as well
    static constexpr int bits = Low + High;         // of what is multiplied
    static constexpr int offset = Offset;           // a code stands for itself less this
    static constexpr int scale_columns = ScaleColumns;
    static constexpr scale_form form = Form;
    static constexpr const uint8_t * table = nullptr; // of what is multiplied, by code

    static constexpr size_t scales = Block / ScaleColumns;
    static constexpr size_t halves = Form == scale_form::exponent                            ? 0
                                     : Form == scale_form::half || Form == scale_form::bytes ? 1
                                                                                             : 2;
    static constexpr size_t byte_scales = Form == scale_form::exponent                                   ? 1
                                          : Form == scale_form::bytes || Form == scale_form::nibbles_min ? scales
                                          : Form == scale_form::bytes_min                                ? 2 * scales
                                                                                                         : 0;
    static constexpr size_t bytes_at = halves * 32, codes_at = bytes_at + byte_scales * 16,
                            codes_bytes = (size_t) (Low + High) * 64;
    static constexpr size_t tile_bytes = codes_at + Block / 32 * codes_bytes;
};

// The values of 4-bit codes, plus the offset.
constexpr uint8_t iq4_table[16] = {1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241};
constexpr uint8_t mxfp4_table[16] = {16, 17, 18, 19, 20, 22, 24, 28, 16, 15, 14, 13, 12, 10, 8, 4};

template <ggml_type Type> struct quant;
template <> struct quant<GGML_TYPE_Q8_0> : quant_layout<32, 34, 8, 0, 128, 32, scale_form::half> {};
template <> struct quant<GGML_TYPE_Q4_0> : quant_layout<32, 18, 4, 0, 8, 32, scale_form::half> {};
template <> struct quant<GGML_TYPE_Q4_1> : quant_layout<32, 20, 4, 0, 0, 32, scale_form::half_min> {};
template <> struct quant<GGML_TYPE_Q5_0> : quant_layout<32, 22, 4, 1, 16, 32, scale_form::half> {};
template <> struct quant<GGML_TYPE_Q5_1> : quant_layout<32, 24, 4, 1, 0, 32, scale_form::half_min> {};
template <> struct quant<GGML_TYPE_Q2_K> : quant_layout<256, 84, 2, 0, 0, 16, scale_form::nibbles_min> {};
template <> struct quant<GGML_TYPE_Q3_K> : quant_layout<256, 110, 2, 1, 4, 16, scale_form::bytes> {};
template <> struct quant<GGML_TYPE_Q4_K> : quant_layout<256, 144, 4, 0, 0, 32, scale_form::bytes_min> {};
template <> struct quant<GGML_TYPE_Q5_K> : quant_layout<256, 176, 4, 1, 0, 32, scale_form::bytes_min> {};
template <> struct quant<GGML_TYPE_Q6_K> : quant_layout<256, 210, 4, 2, 32, 16, scale_form::bytes> {};
template <> struct quant<GGML_TYPE_IQ4_NL> : quant_layout<32, 18, 4, 0, 128, 32, scale_form::half> {
    static constexpr int bits = 8;
    static constexpr const uint8_t * table = iq4_table;
};
template <> struct quant<GGML_TYPE_IQ4_XS> : quant_layout<256, 136, 4, 0, 128, 32, scale_form::bytes> {
    static constexpr int bits = 8;
    static constexpr const uint8_t * table = iq4_table;
};
template <> struct quant<GGML_TYPE_MXFP4> : quant_layout<32, 17, 4, 0, 16, 32, scale_form::exponent> {
    static constexpr int bits = 5;
    static constexpr const uint8_t * table = mxfp4_table;
};

// visit(quant<type>()) for a type that has a layout; false for one that hasn't.
template <class Visit> bool with_quant(ggml_type type, Visit && visit) {
    switch (type) {
        case GGML_TYPE_Q8_0: visit(quant<GGML_TYPE_Q8_0>()); return true;
        case GGML_TYPE_Q4_0: visit(quant<GGML_TYPE_Q4_0>()); return true;
        case GGML_TYPE_Q4_1: visit(quant<GGML_TYPE_Q4_1>()); return true;
        case GGML_TYPE_Q5_0: visit(quant<GGML_TYPE_Q5_0>()); return true;
        case GGML_TYPE_Q5_1: visit(quant<GGML_TYPE_Q5_1>()); return true;
        case GGML_TYPE_Q2_K: visit(quant<GGML_TYPE_Q2_K>()); return true;
        case GGML_TYPE_Q3_K: visit(quant<GGML_TYPE_Q3_K>()); return true;
        case GGML_TYPE_Q4_K: visit(quant<GGML_TYPE_Q4_K>()); return true;
        case GGML_TYPE_Q5_K: visit(quant<GGML_TYPE_Q5_K>()); return true;
        case GGML_TYPE_Q6_K: visit(quant<GGML_TYPE_Q6_K>()); return true;
        case GGML_TYPE_IQ4_NL: visit(quant<GGML_TYPE_IQ4_NL>()); return true;
        case GGML_TYPE_IQ4_XS: visit(quant<GGML_TYPE_IQ4_XS>()); return true;
        case GGML_TYPE_MXFP4: visit(quant<GGML_TYPE_MXFP4>()); return true;
        default: return false;
    }
}

} // namespace gto
