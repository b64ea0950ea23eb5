// A draft of a net that comes from elsewhere, without its weights, and what such a net is.
#include "common/range.h"
#include "draft/block_sizes.h"
#include "draft/draft.h"
#include "draft/rope_scaling.h"
#include "target/target.h"

#include <cmath>
#include <cstring>

using namespace gto;

namespace {

int32_t within(const char * field, int64_t value, int64_t low, int64_t high) {
    require_within(field, value, low, high);
    return (int32_t) value;
}

float positive(const char * field, float value) {
    if (!(value > 0 && std::isfinite(value))) {
        fail(GTO_E_ARGUMENT, "%s: expected a positive number, found %g", field, value);
    }
    return value;
}

shape shape_of_net(const gguf_file & target, const gto_draft_net & net) {
    shape s = shape_for(target);
    set_block(s, {net.n_embd, net.n_head, net.n_head_kv, net.head_dim, net.n_ff});
    s.n_draft_vocab = within("n_draft_vocab", net.n_draft_vocab, 1, s.n_vocab);
    s.n_ctx_train = within("n_ctx_train", net.n_ctx_train, 1, INT32_MAX);
    s.parts = within("parts", net.parts, 0, GTO_NET_ALL_PARTS);
    s.rope_base = positive("rope_base", net.rope_base);
    s.rms_eps = net.rms_eps == 0 ? 0 : positive("rms_eps", net.rms_eps);
    s.rope_scaling = net.rope;
    const std::string fault = fault_of(net.rope);
    if (!fault.empty()) fail(GTO_E_ARGUMENT, "rope scaling: %s", fault.c_str());
    const int64_t n_layer = target.integer("block_count");
    for (int i = 0; i < 3; i++) s.taps[i] = within("tap_layers", net.tap_layers[i], 0, n_layer - 1);
    require_within("bytes of the head, of F32", (int64_t) s.n_draft_vocab * s.d * (int64_t) sizeof(float), 0,
                   INT64_MAX);
    if (s.d != s.d_target && (net.embedding_type < 0 || net.has_target_head)) {
        fail(GTO_E_ARGUMENT, "n_embd: a draft of width %d can't use %s of a target of width %d", s.d,
             net.embedding_type < 0 ? "the embedding" : "the head", s.d_target);
    }
    return s;
}

ggml_type embedding_type(int32_t type) {
    switch (type) {
        case GTO_TYPE_F32: return GGML_TYPE_F32;
        case GTO_TYPE_F16: return GGML_TYPE_F16;
        case GTO_TYPE_BF16: return GGML_TYPE_BF16;
        default: fail(GTO_E_ARGUMENT, "embedding_type: expected F32 (0), F16 (1), BF16 (3) or -1, found %d", type);
    }
}

// Values of an embedding, and where they begin.
char * part_of(const gto_draft * draft, int64_t first, int64_t n) {
    require(draft != nullptr, "draft must not be null");
    require_span("values of the embedding", first, n, (int64_t) draft->s.n_vocab * draft->s.d);
    const embedding & table = *draft->embedding;
    const int64_t block = ggml_blck_size(table.type);
    if (first % block != 0 || n % block != 0) {
        fail(GTO_E_ARGUMENT, "values of the embedding: expected whole blocks of %lld", (long long) block);
    }
    return (char *) table.memory.data() + first / block * (int64_t) ggml_type_size(table.type);
}

} // namespace

gto_status gto_draft_create_net(gto_target * target, gto_draft_net net, const int32_t * d2t, gto_draft ** out) {
    return guard([&] {
        require(target && d2t && out, "target, d2t and out must not be null");
        const gguf_file file(gto_target_path(target));
        const shape s = shape_of_net(file, net);
        const ggml_type type = net.embedding_type < 0 ? GGML_TYPE_COUNT : embedding_type(net.embedding_type);
        auto draft = std::make_unique<gto_draft>(target, s, std::vector<int32_t>(d2t, d2t + s.n_draft_vocab));
        draft->embedding = net.embedding_type < 0
                               ? std::make_shared<embedding>(draft->device, file, s.n_vocab, s.d, false)
                               : std::make_shared<embedding>(draft->device, type, s.n_vocab, s.d);
        if (s.rope_scaling.kind == GTO_ROPE_LLAMA3) draft->rope = llama3_factors(s);
        if (net.has_target_head) draft->write(T_HEAD, target_head_rows(file, s, draft->d2t));
        *out = draft.release();
    });
}

gto_draft_net gto_draft_net_of(const gto_draft * draft) {
    gto_draft_net net = {};
    if (!draft) return net;
    const shape & s = draft->s;
    net.n_embd = s.d;
    net.n_head = s.n_head;
    net.n_head_kv = s.n_head_kv;
    net.head_dim = s.head_dim;
    net.n_ff = s.n_ff;
    net.n_draft_vocab = s.n_draft_vocab;
    net.n_ctx_train = s.n_ctx_train;
    memcpy(net.tap_layers, s.taps, sizeof net.tap_layers);
    net.parts = s.parts;
    const ggml_type type = draft->embedding->type;
    net.embedding_type = !draft->embedding->own   ? -1
                         : type == GGML_TYPE_F16  ? GTO_TYPE_F16
                         : type == GGML_TYPE_BF16 ? GTO_TYPE_BF16
                                                  : GTO_TYPE_F32;
    net.rope_base = s.rope_base;
    net.rms_eps = s.rms_eps;
    net.rope = scaling_of_factors(s, draft->rope);
    return net;
}

gto_status gto_draft_get_embedding(const gto_draft * draft, int64_t first, int64_t n, float * out) {
    return guard([&] {
        const char * values = part_of(draft, first, n);
        require(out || n == 0, "out must not be null");
        const ggml_type type = draft->embedding->type;
        std::vector<uint8_t> raw(ggml_row_size(type, n));
        draft->device.read(raw.data(), values, raw.size());
        if (type == GGML_TYPE_F32) {
            if (n > 0) memcpy(out, raw.data(), raw.size());
        } else {
            ggml_get_type_traits(type)->to_float(raw.data(), out, n);
        }
    });
}

gto_status gto_draft_set_embedding(gto_draft * draft, int64_t first, int64_t n, const float * values) {
    return guard([&] {
        char * there = part_of(draft, first, n);
        require(values || n == 0, "values must not be null");
        const ggml_type type = draft->embedding->type;
        if (!draft->embedding->own) fail(GTO_E_ARGUMENT, "the draft has no embedding of its own: it uses the target's");
        if (type != GGML_TYPE_F32 && type != GGML_TYPE_F16 && type != GGML_TYPE_BF16) {
            fail(GTO_E_ARGUMENT, "the draft's embedding is of type %s: expected F32, F16 or BF16",
                 ggml_type_name(type));
        }
        std::vector<uint8_t> raw(ggml_row_size(type, n));
        std::vector<float> back(values, values + n);
        if (type == GGML_TYPE_F32) {
            if (n > 0) memcpy(raw.data(), values, raw.size());
        } else {
            ggml_get_type_traits(type)->from_float_ref(values, raw.data(), n);
            ggml_get_type_traits(type)->to_float(raw.data(), back.data(), n);
        }
        for (int64_t i = 0; i < n; i++) {
            if (std::isfinite(back[(size_t) i])) continue;
            fail(GTO_E_NUMERIC, "embedding[%lld] is %g, which %s can't hold", (long long) (first + i), values[i],
                 ggml_type_name(type));
        }
        draft->device.write(there, raw.data(), raw.size());
    });
}
