// What stands behind gto_draft: parameters (F32), the target's frozen embedding, vocabulary map, feature scale.
#pragma once

#include "common/gguf_file.h"
#include "device/memory.h"
#include "draft/file_shape.h"
#include "draft/rounded_weights.h"
#include "gto4j/draft.h"

#include <atomic>
#include <memory>

namespace gto {

// The token embedding in the type of its file, shared by copies of a draft: the target's, or one that the draft brings
// itself.
struct embedding {
    embedding(gto_device & device, const gguf_file & file, int64_t n_vocab, int64_t d, bool own);
    ~embedding() { ggml_free(context); }
    const bool own; // the draft's
    block memory;
    ggml_context * context = nullptr;
    ggml_tensor * table = nullptr;
};

// Optional RoPE frequency factors of a target or draft (Llama 3), n_rot / 2 values or none.
std::vector<float> rope_factors(const gguf_file & file, const shape & s);

// Rows `ids` of the target's head (its embedding if the head is tied), F32 [ids][d].
std::vector<float> target_head_rows(const gguf_file & target, const shape & s, const std::vector<int32_t> & ids);

// Fails with GTO_E_ARGUMENT unless the rows are what fc takes: three taps of the hidden size.
void require_taps(const shape & s, const gto_features & features, const char * what);

} // namespace gto

struct gto_draft : gto::counted {
    gto_draft(gto_target * target, gto::shape shape, std::vector<int32_t> d2t);
    // Deep copy; the embedding is shared.
    explicit gto_draft(const gto_draft & other);

    gto_target * target;
    gto_device & device;
    std::string target_path;
    gto::shape s;
    std::vector<gto::parameter> parameters;
    int64_t n_params = 0;
    gto::block memory; // n_params floats
    // counts what is written to them after creation: who keeps a copy in another form sees that it is old
    uint64_t revision = 0;
    gto::rounded_weights rounded; // of memory
    std::shared_ptr<gto::embedding> embedding;
    std::vector<int32_t> d2t;             // draft id -> target id
    std::vector<int32_t> t2d;             // target id -> draft id or -1
    std::vector<float> scale;             // per feature channel, applied before fc
    std::vector<float> rope;              // frequency factors or empty
    std::atomic<bool> in_training{false}; // a trainer of it is open

    float * values(gto::tensor_id id) const { return memory.data() + parameters[id].offset; }
    gto::matrix weight(gto::tensor_id id) const {
        return gto::dense(values(id), parameters[id].rows, parameters[id].cols);
    }
    gto::matrix qkv() const { return gto::dense(values(gto::T_Q), s.qkv_cols(), 2 * (int64_t) s.d); }
    gto::matrix gate_up() const { return gto::dense(values(gto::T_GATE), 2 * (int64_t) s.n_ff, s.d); }
};
