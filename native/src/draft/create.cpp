// A new draft: random weights, or what the target's own last block, output norm and head have in its shape, and random
// ones for the rest.
#include "draft/rope_scaling.h"
#include "draft/target_block.h"
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

// All but the parts that come from the target; norms are 1.
void initialise_randomly(gto_draft & draft, uint64_t seed, int32_t parts) {
    normal draw(seed);
    for (const parameter & p : draft.parameters) {
        if (p.is_norm()) {
            draft.write(p.id, std::vector<float>(p.size(), 1.0f));
        } else if (!(part_of(p.id) & parts)) {
            std::vector<float> values(p.size());
            for (float & value : values) value = draw(0.02f);
            draft.write(p.id, values);
        }
    }
}

} // namespace

namespace gto {

std::vector<float> target_head_rows(const gguf_file & file, const shape & s, const std::vector<int32_t> & ids) {
    const std::vector<float> all = file.read_f32(file.expect(head_name(file), s.n_vocab, s.d_target));
    std::vector<float> rows(ids.size() * (size_t) s.d_target);
    for (size_t i = 0; i < ids.size(); i++) {
        memcpy(rows.data() + i * (size_t) s.d_target, all.data() + (size_t) ids[i] * (size_t) s.d_target,
               (size_t) s.d_target * sizeof(float));
    }
    return rows;
}

} // namespace gto

gto_status gto_draft_create(gto_target * target, gto_draft_config config, const int32_t * d2t, gto_draft ** out) {
    return guard([&] {
        require(target && d2t && out, "target, d2t and out must not be null");
        require_branches(*target);
        const gguf_file file(gto_target_path(target));
        shape s = shape_for(file);
        if (config.n_draft_vocab < 1 || config.n_draft_vocab > s.n_vocab) {
            fail(GTO_E_ARGUMENT, "draft vocabulary: expected 1..%d tokens, found %d", s.n_vocab, config.n_draft_vocab);
        }
        if (config.init != GTO_INIT_RANDOM && config.init != GTO_INIT_TARGET) {
            fail(GTO_E_ARGUMENT, "init: expected 0 or 1, found %d", config.init);
        }
        s.n_draft_vocab = config.n_draft_vocab;
        const int64_t n_layer = file.integer("block_count");
        for (int i = 0; i < 3; i++) {
            s.taps[i] = config.tap_layers[i];
            if (s.taps[i] < 0 || s.taps[i] >= n_layer) {
                fail(GTO_E_ARGUMENT, "tap %d: expected a block in 0..%lld, found %d", i, (long long) n_layer - 1,
                     s.taps[i]);
            }
        }
        auto draft = std::make_unique<gto_draft>(target, s, std::vector<int32_t>(d2t, d2t + config.n_draft_vocab));
        draft->embedding = std::make_shared<embedding>(draft->device, file, s.n_vocab, s.d, false);
        draft->rope = rope_factors(file, s);
        const int32_t parts = config.init == GTO_INIT_TARGET ? parts_of(file, s) : 0;
        initialise_randomly(*draft, config.seed, parts);
        if (config.init == GTO_INIT_TARGET) take_parts(*draft, file, parts);
        *out = draft.release();
    });
}

gto_status gto_draft_parts(const gto_target * target, int32_t * parts) {
    return guard([&] {
        require(target && parts, "target and parts must not be null");
        require_branches(*target);
        if (!target->info.taps_supported) {
            fail(
                GTO_E_FORMAT,
                "%s: no draft can be made for architecture %s: the inputs of its blocks, or of its head, can't be read",
                target->path.c_str(), target->architecture.c_str());
        }
        const gguf_file file(target->path);
        const shape s = shape_for(file);
        file.expect("token_embd.weight", s.n_vocab, s.d);
        *parts = parts_of(file, s);
        if (!(*parts & GTO_PART_HEAD)) {
            fail(GTO_E_FORMAT, "%s: no draft can be made for it: tensor %s isn't %d x %d of a type that can be read",
                 target->path.c_str(), head_name(file), s.n_vocab, s.d);
        }
    });
}
