#include "cpu/row_step.h"

#include "cpu/row_functions.h"
#include "cpu/tensor_rows.h"
#include "device/barrier_note.h"

#include <cstring>

namespace gto {

namespace {

bool rows_of_floats(const ggml_tensor * t) { return t->type == GGML_TYPE_F32 && t->nb[0] == sizeof(float); }

bool is_sum(const ggml_tensor * t) {
    return t->op == GGML_OP_ADD && rows_of_floats(t) && rows_of_floats(t->src[0]) && rows_of_floats(t->src[1]) &&
           ggml_are_same_shape(t->src[0], t->src[1]);
}

bool is_norm(const ggml_tensor * t) {
    return t->op == GGML_OP_RMS_NORM && rows_of_floats(t) && rows_of_floats(t->src[0]);
}

const ggml_tensor * weight_of(const ggml_tensor * scaled, const ggml_tensor * norm) {
    return scaled->src[0] == norm ? scaled->src[1] : scaled->src[0];
}

bool scales(const ggml_tensor * t, const ggml_tensor * norm) {
    if (t->op != GGML_OP_MUL || !rows_of_floats(t) || (t->src[0] != norm && t->src[1] != norm) ||
        !ggml_are_same_shape(t, norm)) {
        return false;
    }
    const ggml_tensor * weight = weight_of(t, norm);
    return rows_of_floats(weight) && weight->ne[0] == t->ne[0] && ggml_nrows(weight) == 1;
}

bool is_swiglu(const ggml_tensor * t) {
    return t->op == GGML_OP_GLU && ggml_get_glu_op(t) == GGML_GLU_OP_SWIGLU && t->src[1] && rows_of_floats(t) &&
           rows_of_floats(t->src[0]) && rows_of_floats(t->src[1]);
}

} // namespace

row_step row_step::at(ggml_tensor * const * nodes, int i, int end) {
    row_step step;
    if (is_swiglu(nodes[i])) {
        step.gated = nodes[i];
        return step;
    }
    if (is_sum(nodes[i]) && i + 1 < end && is_norm(nodes[i + 1]) && nodes[i + 1]->src[0] == nodes[i]) {
        step.sum = nodes[i++];
    }
    if (!is_norm(nodes[i])) return {};
    step.norm = nodes[i];
    if (i + 1 < end && scales(nodes[i + 1], nodes[i])) step.scaled = nodes[i + 1];
    return step;
}

std::vector<ggml_tensor *> row_step::nodes() const {
    std::vector<ggml_tensor *> all;
    for (ggml_tensor * t : {sum, norm, scaled, gated}) {
        if (t) all.push_back(t);
    }
    return all;
}

void row_step::compute(int64_t row) const {
    if (gated) {
        return swiglu_row(row_of(gated->src[0], row), row_of(gated->src[1], row), gated->ne[0], row_of(gated, row));
    }
    if (sum) add_row(row_of(sum->src[0], row), row_of(sum->src[1], row), sum->ne[0], row_of(sum, row));
    float eps;
    memcpy(&eps, norm->op_params, sizeof eps);
    rms_norm_row(row_of(norm->src[0], row), scaled ? (const float *) weight_of(scaled, norm)->data : nullptr,
                 norm->ne[0], eps, row_of(result(), row));
}

void row_step::run(ggml_tensor *, int ith, int nth, void * data) {
    const between_barriers noted;
    const row_step & step = *(const row_step *) data;
    const int64_t rows = ggml_nrows(step.result());
    for (int64_t r = ith; r < rows; r += nth) step.compute(r);
}

} // namespace gto
