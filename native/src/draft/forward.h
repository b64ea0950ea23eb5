// The EAGLE-3 net, forward: the one operation that training, tree building and decoding share.
#pragma once

#include "device/record.h"
#include "draft/attention_products.h"
#include "draft/draft.h"
#include "draft/rope.h"

namespace gto {

// Rows that the net evaluates together: a TTT pass, a level of a tree, or new rows of a session's trunk. Every row has
// a place in the pool (its g, keys, values); those with a query also have an output row.
struct pass {
    int64_t first = 0;             // first pool row
    std::vector<int32_t> token;    // per pool row: target id whose embedding it takes
    std::vector<int32_t> position; // per pool row: RoPE position
    attention_rows queries;        // per output row
    int64_t first_output = 0;      // first output row
    int64_t rows() const { return (int64_t) token.size(); }
};

// Activations; their equations are in ttt.cpp. Pool matrices are indexed by pool row, output matrices by output row.
struct activations {
    matrix g;       // d: fused features, or h of the parent
    matrix e;       // d: token embeddings
    matrix c;       // 2d: concat(RMSNorm(e), RMSNorm(g))
    matrix qkv;     // q, k, v, after RoPE: the attention pool
    matrix o;       // q_cols: attention
    matrix lse;     // n_head
    matrix u;       // d: g + Wo o
    matrix n;       // d: RMSNorm(u)
    matrix gate_up; // 2 n_ff
    matrix s;       // n_ff: silu(gate) * up
    matrix h;       // d
    matrix y;       // d: RMSNorm(h; output_norm), the head's input; record_logits makes it
    matrix sum;     // d: scratch of output rows

    static size_t floats(const shape & s, int64_t pool_rows, int64_t output_rows);
    void take(arena & memory, const shape & s, int64_t pool_rows, int64_t output_rows);
};

struct net {
    // type: of the weights in products, GTO_TYPE_*. F32 reads them as they are at each call; the others take a copy of
    // what they are now (shared, see rounded_weights). Q8_0 and Q4_0 become F16 if a tensor's rows aren't whole blocks.
    explicit net(gto_draft & draft, int32_t type = GTO_TYPE_F32);

    gto_draft & draft;
    const shape & s;
    attention_shape attention;
    attention_products products; // of attention, on an accelerated device
    rope_table rope;

    const float * norm(tensor_id id) const { return draft.values(id); }
    // Null if the net has none.
    const float * bias(tensor_id id) const { return draft.parameters.has(id) ? draft.values(id) : nullptr; }
    weights weight(tensor_id id) const { return rows_from(id, draft.parameters[id].rows, draft.parameters[id].cols); }
    weights qkv() const { return rows_from(T_Q, s.qkv_cols(), 2 * (int64_t) s.d); }
    weights gate_up() const { return rows_from(T_GATE, 2 * (int64_t) s.n_ff, s.d, 2); }

  private:
    weights rows_from(tensor_id id, int64_t rows, int64_t cols, int64_t parts = 1) const;
    ggml_type type_;
    std::shared_ptr<const rounded_copy> rounded_; // of all matrices, or nothing
};

// out [rows x 3 d_target] = scaled taps of rows first.. of `features`, now.
void load_features(queue & q, const gto_draft & draft, const gto_features & features, int32_t first, matrix out);

// Records g [rows x d] = fc of rows x of scaled taps. `normed`, of their shape, gets what fc takes if the net norms
// them before; else it isn't used.
void record_fusion(queue & q, const net & net, const matrix & x, const matrix & normed, const matrix & g);

// Records the pass: g of its pool rows must hold (or, by something recorded before, come to hold) their input. `p` and
// `net` must stay in place until the queue has run.
void record_forward(queue & q, net & net, const activations & a, const pass & p);

// Records the head over rows of h: y = RMSNorm(h) and logits, which `then` takes (see record_product).
template <class Take = nothing> void record_logits(queue & q, net & net, matrix h, matrix y, matrix logits,
                                                   const Take & then = {}, int64_t multiple = 16) {
    record_product(q, logits, y, net.weight(T_HEAD), normed_rows{h, net.norm(T_OUTPUT_NORM), net.s.rms_eps, y}, then,
                   multiple);
}

} // namespace gto
