// Rows of a token embedding, in the type of its table.
#pragma once

#include "kernel/half.h"

namespace gto {

// `width` numbers a row. The host reads all types of ggml (the number of one is `type`), kernels of other devices those
// that `embedding` leaves there: F32 (0), F16 (1) and BF16 (30), as ggml numbers them.
struct embedding_table {
    static constexpr int32_t f32 = 0, f16 = 1, bf16 = 30;
    const void * data;
    int32_t type;
    int32_t width;
    int64_t row_bytes;
};

template <class Group> GTO_HD void load_row(Group g, const embedding_table & table, int64_t row, float * out) {
    const char * values = (const char *) table.data + row * table.row_bytes;
    if (table.type == embedding_table::f32) {
        each(g, table.width, [=](int32_t i) { out[i] = ((const float *) values)[i]; });
    } else if (table.type == embedding_table::f16) {
        each(g, table.width, [=](int32_t i) { out[i] = float_of_f16(((const uint16_t *) values)[i]); });
    } else {
        each(g, table.width, [=](int32_t i) { out[i] = float_of_bf16(((const uint16_t *) values)[i]); });
    }
}

void load_row(host_group, const embedding_table & table, int64_t row, float * out);

} // namespace gto
