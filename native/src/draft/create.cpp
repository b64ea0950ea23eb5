// A new draft: random weights, or weights taken from the target's own last block, head and output norm.
#include "draft/draft.h"
#include "target/target.h"

#include <cmath>
#include <cstring>
#include <random>

using namespace gto;

namespace {

// Deterministic on every platform: std::normal_distribution isn't.
class normal {
  public:
    explicit normal(uint64_t seed) : engine_(seed) {}
    float operator()(float deviation) {
        const double u = (engine_() >> 11) * 0x1.0p-53, v = (engine_() >> 11) * 0x1.0p-53;
        return (float) (deviation * std::sqrt(-2.0 * std::log(1.0 - u)) * std::cos(2.0 * M_PI * v));
    }

  private:
    std::mt19937_64 engine_;
};

void initialise_randomly(gto_draft & draft, uint64_t seed) {
    normal draw(seed);
    for (const parameter & p : draft.parameters) {
        float * values = draft.memory.data() + p.offset;
        for (int64_t i = 0; i < p.size(); i++) values[i] = p.is_norm() ? 1.0f : draw(0.02f);
    }
}

// Architectures whose RoPE rotates the two halves of a head (NEOX); a stock eagle3 net rotates neighbours (NORM).
bool rotates_halves(const gto_target & target) { return llama_model_rope_type(target.model.get()) == LLAMA_ROPE_TYPE_NEOX; }

// Attention weights act on concat(embedding, g): the target's go to g's half, the other starts at 0.
void take_projection(gto_draft & draft, tensor_id id, const std::vector<float> & source, bool reorder) {
    const shape & s = draft.s;
    const matrix w = draft.weight(id);
    memset(w.data, 0, w.rows * w.cols * sizeof(float));
    const int64_t half = s.head_dim / 2;
    for (int64_t r = 0; r < w.rows; r++) {
        const int64_t head = r / s.head_dim, i = r % s.head_dim;
        const int64_t from = reorder ? head * s.head_dim + (i % 2) * half + i / 2 : r;
        memcpy(w.row(r) + s.d, source.data() + from * s.d, s.d * sizeof(float));
    }
}

void take_from_target(gto_draft & draft, const gguf_file & file) {
    const shape & s = draft.s;
    const std::string block = "blk." + std::to_string(file.integer("block_count") - 1) + ".";
    const auto read = [&](const std::string & name, int64_t rows, int64_t cols) { return file.read_f32(file.expect(name, rows, cols)); };
    const auto copy = [&](tensor_id id, const std::string & name) {
        const parameter & p = draft.parameters[id];
        const std::vector<float> values = read(name, p.rows, p.cols);
        memcpy(draft.values(id), values.data(), values.size() * sizeof(float));
    };
    const bool halves = rotates_halves(*draft.target);
    take_projection(draft, T_Q, read(block + "attn_q.weight", s.q_cols(), s.d), halves);
    take_projection(draft, T_K, read(block + "attn_k.weight", s.kv_cols(), s.d), halves);
    take_projection(draft, T_V, read(block + "attn_v.weight", s.kv_cols(), s.d), false);
    copy(T_O, block + "attn_output.weight");
    copy(T_HIDDEN_NORM, block + "attn_norm.weight");
    copy(T_FFN_NORM, block + "ffn_norm.weight");
    copy(T_GATE, block + "ffn_gate.weight");
    copy(T_UP, block + "ffn_up.weight");
    copy(T_DOWN, block + "ffn_down.weight");
    copy(T_OUTPUT_NORM, "output_norm.weight");
    std::fill_n(draft.values(T_ATTN_NORM), s.d, 1.0f);

    const matrix fc = draft.weight(T_FC);
    memset(fc.data, 0, fc.rows * fc.cols * sizeof(float));
    for (int64_t r = 0; r < s.d; r++) fc.row(r)[2 * (int64_t) s.d + r] = 1.0f;

    const matrix head = draft.weight(T_HEAD);
    const std::vector<float> rows = target_head_rows(file, s, draft.d2t);
    memcpy(head.data, rows.data(), rows.size() * sizeof(float));
}

} // namespace

namespace gto {

std::vector<float> target_head_rows(const gguf_file & file, const shape & s, const std::vector<int32_t> & ids) {
    // a tied head is the embedding
    const std::string name = file.find("output.weight") ? "output.weight" : "token_embd.weight";
    const std::vector<float> all = file.read_f32(file.expect(name, s.n_vocab, s.d));
    std::vector<float> rows(ids.size() * s.d);
    for (size_t i = 0; i < ids.size(); i++) memcpy(rows.data() + i * s.d, all.data() + (size_t) ids[i] * s.d, s.d * sizeof(float));
    return rows;
}

} // namespace gto

gto_status gto_draft_create(gto_target * target, gto_draft_config config, const int32_t * d2t, gto_draft ** out) {
    return guard([&] {
        require(target && d2t && out, "target, d2t and out must not be null");
        target->device->require_host();
        const gguf_file file(gto_target_path(target));
        shape s = shape_for(file);
        if (config.n_draft_vocab < 1 || config.n_draft_vocab > s.n_vocab) {
            fail(GTO_E_ARGUMENT, "draft vocabulary: expected 1..%d tokens, found %d", s.n_vocab, config.n_draft_vocab);
        }
        if (config.init != GTO_INIT_RANDOM && config.init != GTO_INIT_TARGET) fail(GTO_E_ARGUMENT, "init: expected 0 or 1, found %d", config.init);
        s.n_draft_vocab = config.n_draft_vocab;
        const int64_t n_layer = file.integer("block_count");
        for (int i = 0; i < 3; i++) {
            s.taps[i] = config.tap_layers[i];
            if (s.taps[i] < 0 || s.taps[i] >= n_layer) fail(GTO_E_ARGUMENT, "tap %d: expected a block in 0..%lld, found %d", i, (long long) n_layer - 1, s.taps[i]);
        }
        auto draft = std::make_unique<gto_draft>(target, s, std::vector<int32_t>(d2t, d2t + config.n_draft_vocab));
        draft->embedding = std::make_shared<embedding>(draft->device, file, s.n_vocab, s.d, false);
        draft->rope = rope_factors(file, s);
        if (config.init == GTO_INIT_RANDOM) {
            initialise_randomly(*draft, config.seed);
        } else {
            take_from_target(*draft, file);
        }
        *out = draft.release();
    });
}
