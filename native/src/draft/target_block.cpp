#include "draft/target_block.h"

#include "target/target.h"

#include <cstring>

namespace gto {

namespace {

// Some rows of a tensor: architectures with fused projections keep several matrices one below the other.
struct rows_of {
    const ggml_tensor * tensor = nullptr;
    int64_t first = 0;

    explicit operator bool() const { return tensor != nullptr; }
};

struct last_block {
    rows_of q, k, v, o, gate, up, down, attn_norm, ffn_norm, output_norm, head;
};

// The tensor if it is [rows x cols] and readable.
rows_of find(const gguf_file & file, const std::string & name, int64_t rows, int64_t cols) {
    const ggml_tensor * t = file.find(name);
    const bool fits = t && t->ne[0] == cols && t->ne[1] == rows && ggml_nelements(t) == rows * cols && is_real(t->type);
    return {fits ? t : nullptr, 0};
}

last_block look(const gguf_file & file, const shape & s) {
    const std::string block = "blk." + std::to_string(file.integer("block_count") - 1) + ".";
    const int64_t d = s.d, q = s.q_cols(), kv = s.kv_cols(), ff = s.n_ff;
    last_block b;
    b.q = find(file, block + "attn_q.weight", q, d);
    b.k = find(file, block + "attn_k.weight", kv, d);
    b.v = find(file, block + "attn_v.weight", kv, d);
    if (const rows_of fused = find(file, block + "attn_qkv.weight", q + 2 * kv, d)) {
        b.q = {fused.tensor, 0};
        b.k = {fused.tensor, q};
        b.v = {fused.tensor, q + kv};
    }
    b.o = find(file, block + "attn_output.weight", d, q);
    b.gate = find(file, block + "ffn_gate.weight", ff, d);
    b.up = find(file, block + "ffn_up.weight", ff, d);
    if (const rows_of fused = find(file, block + "ffn_up.weight", 2 * ff, d)) {
        b.gate = {fused.tensor, 0};
        b.up = {fused.tensor, ff};
    }
    b.down = find(file, block + "ffn_down.weight", d, ff);
    b.attn_norm = find(file, block + "attn_norm.weight", 1, d);
    b.ffn_norm = find(file, block + "ffn_norm.weight", 1, d);
    b.output_norm = find(file, "output_norm.weight", 1, d);
    b.head = find(file, head_name(file), s.n_vocab, d);
    return b;
}

int32_t parts_of(const last_block & b) {
    return (b.q && b.k && b.v && b.o ? GTO_PART_ATTENTION : 0) |
           (b.gate && b.up && b.down ? GTO_PART_FEED_FORWARD : 0) | (b.output_norm ? GTO_PART_OUTPUT_NORM : 0) |
           (b.head ? GTO_PART_HEAD : 0);
}

// Architectures whose RoPE rotates the two halves of a head (NEOX); a stock eagle3 net rotates neighbours (NORM).
bool rotates_halves(const gto_target & target) {
    return llama_model_rope_type(target.model.get()) == LLAMA_ROPE_TYPE_NEOX;
}

std::vector<float> read(const gguf_file & file, const rows_of & source, int64_t rows, int64_t cols) {
    const std::vector<float> all = file.read_f32(source.tensor);
    const auto first = all.begin() + source.first * cols;
    return {first, first + rows * cols};
}

void copy(gto_draft & draft, tensor_id id, const gguf_file & file, const rows_of & source) {
    const parameter & p = draft.parameters[id];
    draft.write(id, read(file, source, p.rows, p.cols));
}

// Attention weights act on concat(embedding, g): the target's go to g's half, the other starts at 0.
void take_projection(gto_draft & draft, tensor_id id, const std::vector<float> & source, bool reorder) {
    const shape & s = draft.s;
    const parameter & p = draft.parameters[id];
    std::vector<float> values(p.size());
    const matrix w = dense(values.data(), p.rows, p.cols);
    const int64_t half = s.head_dim / 2;
    for (int64_t r = 0; r < w.rows; r++) {
        const int64_t head = r / s.head_dim, i = r % s.head_dim;
        const int64_t from = reorder ? head * s.head_dim + (i % 2) * half + i / 2 : r;
        memcpy(w.row(r) + s.d, source.data() + from * s.d, s.d * sizeof(float));
    }
    draft.write(id, values);
}

void take_attention(gto_draft & draft, const gguf_file & file, const last_block & b) {
    const shape & s = draft.s;
    const bool halves = rotates_halves(*draft.target);
    take_projection(draft, T_Q, read(file, b.q, s.q_cols(), s.d), halves);
    take_projection(draft, T_K, read(file, b.k, s.kv_cols(), s.d), halves);
    take_projection(draft, T_V, read(file, b.v, s.kv_cols(), s.d), false);
    copy(draft, T_O, file, b.o);
    if (b.attn_norm) copy(draft, T_HIDDEN_NORM, file, b.attn_norm);
}

void take_feed_forward(gto_draft & draft, const gguf_file & file, const last_block & b) {
    copy(draft, T_GATE, file, b.gate);
    copy(draft, T_UP, file, b.up);
    copy(draft, T_DOWN, file, b.down);
    if (b.ffn_norm) copy(draft, T_FFN_NORM, file, b.ffn_norm);
}

void pass_through_highest_tap(gto_draft & draft) {
    const parameter & p = draft.parameters[T_FC];
    std::vector<float> fc(p.size());
    for (int64_t r = 0; r < p.rows; r++) fc[r * p.cols + 2 * (int64_t) draft.s.d + r] = 1.0f;
    draft.write(T_FC, fc);
}

} // namespace

int32_t part_of(tensor_id id) {
    switch (id) {
        case T_Q:
        case T_K:
        case T_V:
        case T_O: return GTO_PART_ATTENTION;
        case T_GATE:
        case T_UP:
        case T_DOWN: return GTO_PART_FEED_FORWARD;
        case T_OUTPUT_NORM: return GTO_PART_OUTPUT_NORM;
        case T_HEAD: return GTO_PART_HEAD;
        default: return 0;
    }
}

int32_t parts_of(const gguf_file & target, const shape & s) { return parts_of(look(target, s)); }

void take_parts(gto_draft & draft, const gguf_file & target, int32_t parts) {
    const last_block b = look(target, draft.s);
    if (parts & GTO_PART_ATTENTION) take_attention(draft, target, b);
    if (parts & GTO_PART_FEED_FORWARD) take_feed_forward(draft, target, b);
    if (parts & GTO_PART_OUTPUT_NORM) copy(draft, T_OUTPUT_NORM, target, b.output_norm);
    if (parts & GTO_PART_HEAD) {
        draft.write(T_HEAD, target_head_rows(target, draft.s, draft.d2t));
    }
    pass_through_highest_tap(draft);
}

} // namespace gto
