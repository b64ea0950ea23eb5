// The shape of an EAGLE-3 net and where its parameters lie in one flat vector.
#pragma once

#include "gto4j/draft.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace gto {

// Order of the flat vector. q, k, v follow each other (one product makes all three), so do gate and up, and the biases
// of q, k, v. A net has those from T_HEAD on only if its parts say so.
enum tensor_id {
    T_FC,
    T_ATTN_NORM,
    T_HIDDEN_NORM,
    T_Q,
    T_K,
    T_V,
    T_O,
    T_FFN_NORM,
    T_GATE,
    T_UP,
    T_DOWN,
    T_OUTPUT_NORM,
    T_HEAD,
    T_FC_NORM,
    T_FC_BIAS,
    T_Q_BIAS,
    T_K_BIAS,
    T_V_BIAS,
    T_O_BIAS,
    T_COUNT
};

struct parameter {
    tensor_id id;
    std::string name;   // as in a stock eagle3 GGUF; stock nets have no biases
    int64_t rows, cols; // norms and biases have one row
    int64_t offset;     // floats from the start of the vector
    int64_t size() const { return rows * cols; }
    bool is_norm() const { return name.find("norm") != std::string::npos; }
    bool is_bias() const { return id >= T_FC_BIAS; }
    bool is_matrix() const { return !is_norm() && !is_bias(); }
};

struct shape {
    int32_t d = 0;        // the net's width
    int32_t d_target = 0; // the target's hidden size
    int32_t parts = 0;    // GTO_NET_*
    int32_t n_head = 0, n_head_kv = 0, head_dim = 0;
    int32_t n_ff = 0;
    int32_t n_vocab = 0; // the target's
    int32_t n_draft_vocab = 0;
    int32_t taps[3] = {0, 0, 0};
    float rope_base = 10000.0f;
    gto_rope_scaling rope_scaling = {GTO_ROPE_PLAIN, 1.0f, 1.0f, 32.0f, 1.0f, 0.0f, 0.0f, 0};
    float rms_eps = 1e-5f;
    int32_t n_ctx_train = 0;

    bool has(int32_t part) const { return (parts & part) != 0; }
    int64_t features() const { return 3 * (int64_t) d_target; }
    int64_t q_cols() const { return (int64_t) n_head * head_dim; }
    int64_t kv_cols() const { return (int64_t) n_head_kv * head_dim; }
    int64_t qkv_cols() const { return q_cols() + 2 * kv_cols(); }
};

// The parameters that a net has, in the order of tensor_id.
class parameter_list {
  public:
    explicit parameter_list(const shape & s);

    bool has(tensor_id id) const { return place_[id] >= 0; }
    // One that the net has.
    const parameter & operator[](tensor_id id) const { return list_[(size_t) place_[id]]; }
    const parameter & at(int32_t i) const { return list_[(size_t) i]; }
    int32_t size() const { return (int32_t) list_.size(); }
    auto begin() const { return list_.begin(); }
    auto end() const { return list_.end(); }
    // Floats of all.
    int64_t floats() const { return list_.back().offset + list_.back().size(); }

  private:
    std::vector<parameter> list_;
    std::array<int32_t, T_COUNT> place_; // in the list, or -1
};

} // namespace gto
