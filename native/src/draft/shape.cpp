#include "draft/shape.h"

namespace gto {

std::vector<parameter> layout(const shape & s) {
    std::vector<parameter> list = {
        {"fc.weight", s.d, s.features(), 0},
        {"blk.0.attn_norm.weight", 1, s.d, 0},
        {"blk.0.attn_norm_2.weight", 1, s.d, 0},
        {"blk.0.attn_q.weight", s.q_cols(), 2 * (int64_t) s.d, 0},
        {"blk.0.attn_k.weight", s.kv_cols(), 2 * (int64_t) s.d, 0},
        {"blk.0.attn_v.weight", s.kv_cols(), 2 * (int64_t) s.d, 0},
        {"blk.0.attn_output.weight", s.d, s.q_cols(), 0},
        {"blk.0.ffn_norm.weight", 1, s.d, 0},
        {"blk.0.ffn_gate.weight", s.n_ff, s.d, 0},
        {"blk.0.ffn_up.weight", s.n_ff, s.d, 0},
        {"blk.0.ffn_down.weight", s.d, s.n_ff, 0},
        {"output_norm.weight", 1, s.d, 0},
        {"output.weight", s.n_draft_vocab, s.d, 0},
    };
    int64_t offset = 0;
    for (parameter & p : list) {
        p.offset = offset;
        offset += p.size();
    }
    return list;
}

} // namespace gto
