// The shape of an EAGLE-3 net and where its parameters lie in one flat vector.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gto {

struct parameter {
    std::string name;   // as in a stock eagle3 GGUF
    int64_t rows, cols; // norms have one row
    int64_t offset;     // floats from the start of the vector
    int64_t size() const { return rows * cols; }
    bool is_norm() const { return name.find("norm") != std::string::npos; }
};

struct shape {
    int32_t d = 0; // hidden size (the target's)
    int32_t n_head = 0, n_head_kv = 0, head_dim = 0;
    int32_t n_ff = 0;
    int32_t n_vocab = 0; // the target's
    int32_t n_draft_vocab = 0;
    int32_t taps[3] = {0, 0, 0};
    float rope_base = 10000.0f;
    float rms_eps = 1e-5f;
    int32_t n_ctx_train = 0;

    int64_t features() const { return 3 * (int64_t) d; }
    int64_t q_cols() const { return (int64_t) n_head * head_dim; }
    int64_t kv_cols() const { return (int64_t) n_head_kv * head_dim; }
    int64_t qkv_cols() const { return q_cols() + 2 * kv_cols(); }
};

// Order of the flat vector. q, k, v follow each other (one product makes all three), so do gate and up.
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
    T_COUNT
};

// The T_COUNT parameters of a net, in the order of tensor_id.
std::vector<parameter> layout(const shape & s);

} // namespace gto
