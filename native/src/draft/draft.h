// What stands behind gto_draft: parameters (F32), the target's frozen embedding, vocabulary map, feature scale.
#pragma once

#include "common/gguf_file.h"
#include "device/memory.h"
#include "draft/embedding_rows.h"
#include "draft/file_shape.h"
#include "draft/rounded_weights.h"
#include "gto4j/draft.h"

#include <atomic>
#include <memory>
#include <optional>

namespace gto {

// Of a draft's file: what stock llama.cpp doesn't know.
inline constexpr const char * context_offset_key = "gto4j.context_vocabulary.offset";
inline constexpr const char * context_bigram_bonus_key = "gto4j.context_vocabulary.bigram_bonus";

// What is done to the logits of a context vocabulary's tokens (gto_draft_set_context_vocabulary).
struct context_logits {
    float offset, bigram_bonus;
};

// The token embedding in the type of its file, shared by copies of a draft: the target's, or one that the draft brings
// itself. On an accelerated device quantised tables are in F32.
struct embedding {
    embedding(gto_device & device, const gguf_file & file, int64_t n_vocab, int64_t d, bool own);
    // One of zeros, the draft's own.
    embedding(gto_device & device, ggml_type type, int64_t n_vocab, int64_t d);
    const bool own; // the draft's
    block memory;
    ggml_type type = GGML_TYPE_F32;
    embedding_table rows = {};
};

class target_head;

// Rows `ids` of the target's head (its embedding if the head is tied), F32 [ids][d].
std::vector<float> target_head_rows(const gguf_file & target, const shape & s, const std::vector<int32_t> & ids);

// Fails with GTO_E_ARGUMENT unless the rows are what fc takes: three taps of the hidden size.
void require_taps(const shape & s, const gto_features & features, const char * what);

} // namespace gto

struct gto_draft : gto::counted {
    gto_draft(gto_target * target, gto::shape shape, std::vector<int32_t> d2t);
    // Deep copy; the embedding is shared.
    explicit gto_draft(const gto_draft & other);
    void put_ids_there();

    gto_target * target;
    gto_device & device;
    std::string target_path;
    gto::shape s;
    gto::parameter_list parameters;
    int64_t n_params = 0;
    gto::block memory; // n_params floats
    // counts what is written to them after creation: who keeps a copy in another form sees that it is old
    uint64_t revision = 0;
    gto::rounded_weights rounded; // of memory
    std::shared_ptr<gto::embedding> embedding;
    std::vector<int32_t> d2t; // draft id -> target id
    std::vector<int32_t> t2d; // target id -> draft id or -1
    // the same on an accelerated device; elsewhere no memory
    gto::block ids_there;
    const int32_t * d2t_there() const { return ids_there.bytes() ? (const int32_t *) ids_there.data() : d2t.data(); }
    const int32_t * t2d_there() const { return ids_there.bytes() ? d2t_there() + d2t.size() : t2d.data(); }
    std::vector<float> scale;                               // per feature channel, applied before fc
    std::vector<float> rope;                                // frequency factors, head_dim / 2, or empty
    std::optional<gto::context_logits> context;             // of sessions with a context vocabulary
    std::shared_ptr<const gto::target_head> head_of_target; // where they have one
    void set_context_vocabulary(std::optional<gto::context_logits> logits);
    std::atomic<bool> in_training{false}; // a trainer of it is open

    // On the device: kernels alone read and write them.
    float * values(gto::tensor_id id) const { return memory.data() + parameters[id].offset; }
    // n of them from `first` on, from and to the host's memory. write() makes a new revision.
    void read(gto::tensor_id id, int64_t first, int64_t n, float * to) const {
        device.read(to, values(id) + first, (size_t) n * sizeof(float));
    }
    std::vector<float> read(gto::tensor_id id) const {
        std::vector<float> all(parameters[id].size());
        read(id, 0, (int64_t) all.size(), all.data());
        return all;
    }
    void write(gto::tensor_id id, int64_t first, int64_t n, const float * from) {
        device.write(values(id) + first, from, (size_t) n * sizeof(float));
        revision++;
    }
    void write(gto::tensor_id id, const std::vector<float> & all) { write(id, 0, (int64_t) all.size(), all.data()); }
};
