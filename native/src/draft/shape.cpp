#include "draft/shape.h"

namespace gto {

static std::vector<parameter> tensors_of(const shape & s) {
    std::vector<parameter> list = {
        {T_FC, "fc.weight", s.d, s.features(), 0},
        {T_ATTN_NORM, "blk.0.attn_norm.weight", 1, s.d, 0},
        {T_HIDDEN_NORM, "blk.0.attn_norm_2.weight", 1, s.d, 0},
        {T_Q, "blk.0.attn_q.weight", s.q_cols(), 2 * (int64_t) s.d, 0},
        {T_K, "blk.0.attn_k.weight", s.kv_cols(), 2 * (int64_t) s.d, 0},
        {T_V, "blk.0.attn_v.weight", s.kv_cols(), 2 * (int64_t) s.d, 0},
        {T_O, "blk.0.attn_output.weight", s.d, s.q_cols(), 0},
        {T_FFN_NORM, "blk.0.ffn_norm.weight", 1, s.d, 0},
        {T_GATE, "blk.0.ffn_gate.weight", s.n_ff, s.d, 0},
        {T_UP, "blk.0.ffn_up.weight", s.n_ff, s.d, 0},
        {T_DOWN, "blk.0.ffn_down.weight", s.d, s.n_ff, 0},
        {T_OUTPUT_NORM, "output_norm.weight", 1, s.d, 0},
        {T_HEAD, "output.weight", s.n_draft_vocab, s.d, 0},
    };
    if (s.has(GTO_NET_NORM_BEFORE_FC)) list.push_back({T_FC_NORM, "enc.output_norm.weight", 1, s.features(), 0});
    if (s.has(GTO_NET_FC_BIAS)) list.push_back({T_FC_BIAS, "fc.bias", 1, s.d, 0});
    if (s.has(GTO_NET_QKV_BIAS)) {
        list.push_back({T_Q_BIAS, "blk.0.attn_q.bias", 1, s.q_cols(), 0});
        list.push_back({T_K_BIAS, "blk.0.attn_k.bias", 1, s.kv_cols(), 0});
        list.push_back({T_V_BIAS, "blk.0.attn_v.bias", 1, s.kv_cols(), 0});
    }
    if (s.has(GTO_NET_OUTPUT_BIAS)) list.push_back({T_O_BIAS, "blk.0.attn_output.bias", 1, s.d, 0});
    return list;
}

parameter_list::parameter_list(const shape & s) : list_(tensors_of(s)) {
    place_.fill(-1);
    int64_t offset = 0;
    for (size_t i = 0; i < list_.size(); i++) {
        place_[list_[i].id] = (int32_t) i;
        list_[i].offset = offset;
        offset += list_[i].size();
    }
}

} // namespace gto
