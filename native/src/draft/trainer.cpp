#include "draft/trainer.h"

#include "common/gguf_sizes.h"
#include "common/range.h"
#include "draft/block_sizes.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace gto;

static products products_of(const gto_device & device, int32_t precision) {
    if (precision == GTO_PRECISION_F32) return {&float_unit(), number_type::f32};
    if (precision == GTO_PRECISION_BF16 && !device.is_accelerated() && !tile_unit()) {
        fail(GTO_E_ARGUMENT, "device %s: it has no matrix products in BF16", device.name.c_str());
    }
    return {&fastest_unit(), number_type::bf16};
}

gto_trainer::gto_trainer(gto_draft & draft, const gto_trainer_options & options, const std::vector<float> & head,
                         const std::vector<logit_step> & logit_steps)
    : draft(draft), right(draft), target_head(draft.device, head.size() * sizeof(float)), adamw(draft, options),
      ttt(draft, dense(target_head.data(), draft.s.n_draft_vocab, draft.s.d_target), logit_steps, options.chunk_rows,
          products_of(draft.device, options.precision)) {
    draft.device.write(target_head.data(), head.data(), target_head.bytes());
}

static void check(const gto_trainer_options & o) {
    if (!(o.beta1 >= 0 && o.beta1 < 1)) fail(GTO_E_ARGUMENT, "beta1: expected [0, 1), found %g", o.beta1);
    if (!(o.beta2 >= 0 && o.beta2 < 1)) fail(GTO_E_ARGUMENT, "beta2: expected [0, 1), found %g", o.beta2);
    if (!(o.epsilon > 0)) fail(GTO_E_ARGUMENT, "epsilon: expected a positive number, found %g", o.epsilon);
    if (!(o.weight_decay >= 0)) fail(GTO_E_ARGUMENT, "weight decay: expected at least 0, found %g", o.weight_decay);
    if (o.precision < GTO_PRECISION_AUTO || o.precision > GTO_PRECISION_BF16) {
        fail(GTO_E_ARGUMENT, "precision: expected 0 (auto), 1 (F32) or 2 (BF16), found %d", o.precision);
    }
    require_at_least("chunk rows", o.chunk_rows, 1);
}

gto_trainer_options gto_trainer_options_default(void) { return {0.9f, 0.95f, 1e-8f, 0.0f, 512, GTO_PRECISION_F32}; }

gto_status gto_trainer_open(gto_target * target, gto_draft * draft, gto_trainer_options options, gto_trainer ** out) {
    return guard([&] {
        require(target && draft && out, "target, draft and out must not be null");
        check(options);
        const std::vector<float> head = target_head_rows(gguf_file(gto_target_path(target)), draft->s, draft->d2t);
        draft->device.require_room("training " + draft->target_path + "'s draft: gradient and moments",
                                   3 * (int64_t) draft->memory.bytes());
        *out = new gto_trainer(*draft, options, head, target->taps.logit_steps);
    });
}

static int64_t embedding_bytes(const gguf_file & file) {
    const ggml_tensor * tensor = file.find("token_embd.weight"); // shape_for has found it
    return (int64_t) ggml_nbytes(tensor);
}

namespace {

// embedding_bytes: of the target's embedding as it is kept.
gto_training_memory plan_memory(const gto_device & device, shape s, int64_t embedding_bytes, int32_t n_draft_vocab,
                                bool context_vocabulary, const gto_trainer_options & options, int32_t n_tokens,
                                int32_t n_passes) {
    check(options);
    require_within("draft vocabulary", n_draft_vocab, 1, s.n_vocab);
    require_at_least("tokens of a micro-batch", n_tokens, 2);
    require_within("TTT passes", n_passes, 1, GTO_MAX_PASSES);
    require_countable(n_tokens, n_passes);
    s.n_draft_vocab = n_draft_vocab;
    const bool accelerated = device.is_accelerated();
    const ttt_size size = ttt_size::most(n_tokens, n_passes, context_vocabulary);
    const ttt_memory memory(s, size, options.chunk_rows, accelerated ? 0 : device.n_threads, true,
                            product_memory(accelerated, products_of(device, options.precision)));
    const size_t attention = accelerated ? ttt_memory::attention_floats(s, size) : 0;
    constexpr int64_t bytes = sizeof(float);
    const int64_t n_params = parameter_list(s).floats();
    return {n_params,
            n_params * bytes,
            embedding_bytes,
            (int64_t) n_draft_vocab * s.d * bytes,
            n_params * bytes,
            2 * n_params * bytes,
            (int64_t) (memory.activations + attention) * bytes,
            (int64_t) memory.packed()};
}

// Of a target that isn't there. Fails with GTO_E_ARGUMENT if the sizes don't go together.
shape shape_like(const gto_target_info & info) {
    require_within("n_vocab", info.n_vocab, 1, most_vocab);
    shape s;
    set_block(s, {info.n_embd, info.n_head, info.n_head_kv, info.head_dim, info.n_ff});
    s.d_target = s.d;
    s.n_vocab = info.n_vocab;
    return s;
}

} // namespace

gto_status gto_trainer_plan_memory(const gto_target * target, int32_t n_draft_vocab, bool context_vocabulary,
                                   gto_trainer_options options, int32_t n_tokens, int32_t n_passes,
                                   gto_training_memory * out) {
    return guard([&] {
        require(target && out, "target and out must not be null");
        const gguf_file file(gto_target_path(target));
        const shape s = shape_for(file);
        *out = plan_memory(target->device->for_drafts(), s, embedding_bytes(file), n_draft_vocab, context_vocabulary,
                           options, n_tokens, n_passes);
    });
}

gto_status gto_trainer_plan_memory_of(gto_device * device, gto_target_info info, int32_t n_draft_vocab,
                                      bool context_vocabulary, gto_trainer_options options, int32_t n_tokens,
                                      int32_t n_passes, gto_training_memory * out) {
    return guard([&] {
        require(device && out, "device and out must not be null");
        const shape s = shape_like(info);
        constexpr int64_t bytes = 2; // a number in 16 bits
        *out = plan_memory(device->for_drafts(), s, bytes * s.n_vocab * s.d, n_draft_vocab, context_vocabulary, options,
                           n_tokens, n_passes);
    });
}

gto_status gto_trainer_memory(const gto_trainer * trainer, gto_training_memory * out) {
    return guard([&] {
        require(trainer && out, "trainer and out must not be null");
        const gto_draft & draft = trainer->draft;
        const ttt & t = trainer->ttt;
        *out = {draft.n_params,
                (int64_t) draft.memory.bytes(),
                (int64_t) draft.embedding->memory.bytes(),
                (int64_t) trainer->target_head.bytes(),
                (int64_t) trainer->adamw.gradient_bytes(),
                (int64_t) trainer->adamw.moment_bytes(),
                (int64_t) t.activation_bytes(),
                (int64_t) t.packed_bytes()};
    });
}

void gto_trainer_free(gto_trainer * trainer) { delete trainer; }

static gto_status run_text(gto_trainer * trainer, const gto_batch & batch, gto_batch_result * result, bool backward) {
    return guard([&] {
        require(trainer && result, "trainer and result must not be null");
        const ttt_plan plan = plan_text(trainer->draft, batch);
        if (!backward) {
            trainer->ttt.run(plan, nullptr, *result, nullptr);
            return;
        }
        const optimizer::whole_gradient whole(trainer->adamw);
        trainer->ttt.run(plan, trainer->adamw.gradient(), *result, nullptr);
    });
}

gto_status gto_trainer_accumulate(gto_trainer * trainer, gto_batch batch, gto_batch_result * result) {
    return run_text(trainer, batch, result, true);
}
gto_status gto_trainer_evaluate(gto_trainer * trainer, gto_batch batch, gto_batch_result * result) {
    return run_text(trainer, batch, result, false);
}

gto_status gto_trainer_accumulate_paths(gto_trainer * trainer, const gto_features * features, int32_t length,
                                        const int32_t * tokens, int32_t n_paths, const int32_t * path_row,
                                        const int32_t * path_begin, const int32_t * path_tokens,
                                        const float * path_weight, float * log_probs) {
    return guard([&] {
        require(trainer && features, "trainer and features must not be null");
        const ttt_plan plan = plan_paths(trainer->draft, *features, length, tokens, n_paths, path_row, path_begin,
                                         path_tokens, path_weight);
        gto_batch_result result;
        std::vector<float> all;
        const optimizer::whole_gradient whole(trainer->adamw);
        trainer->ttt.run(plan, trainer->adamw.gradient(), result, log_probs ? &all : nullptr);
        for (int32_t p = 0; log_probs && p < n_paths; p++) {
            for (int32_t i = path_begin[p]; i < path_begin[p + 1]; i++) {
                log_probs[i] = all[plan.at(p, i - path_begin[p])];
            }
        }
    });
}

gto_status gto_trainer_accumulate_trees(gto_trainer * trainer, const gto_features * features, int32_t length,
                                        const int32_t * tokens, int32_t n_trees, const int32_t * tree_row,
                                        const int32_t * tree_begin, const int32_t * parents,
                                        const int32_t * node_tokens, const float * node_weight, float * log_probs) {
    return guard([&] {
        require(trainer && features, "trainer and features must not be null");
        const ttt_plan plan = plan_trees(trainer->draft, *features, length, tokens, n_trees, tree_row, tree_begin,
                                         parents, node_tokens, node_weight);
        gto_batch_result result;
        std::vector<float> of_labels;
        const optimizer::whole_gradient whole(trainer->adamw);
        trainer->ttt.run(plan, trainer->adamw.gradient(), result, &of_labels);
        if (!log_probs) return;
        std::fill_n(log_probs, tree_begin[n_trees], -std::numeric_limits<float>::infinity());
        for (size_t i = 0; i < of_labels.size(); i++) log_probs[plan.labels[i].node] = of_labels[i];
    });
}

gto_status gto_trainer_step(gto_trainer * trainer, float learning_rate, float clip, float * grad_norm) {
    return guard([&] {
        require(trainer != nullptr, "trainer must not be null");
        if (!std::isfinite(learning_rate) || learning_rate < 0) {
            fail(GTO_E_ARGUMENT, "learning rate: expected at least 0, found %g", learning_rate);
        }
        if (!std::isfinite(clip) || clip < 0) fail(GTO_E_ARGUMENT, "clip: expected at least 0, found %g", clip);
        const float norm = trainer->adamw.step(learning_rate, clip);
        if (grad_norm) *grad_norm = norm;
    });
}

gto_status gto_trainer_zero(gto_trainer * trainer) {
    return guard([&] {
        require(trainer != nullptr, "trainer must not be null");
        trainer->adamw.zero();
    });
}

int64_t gto_trainer_steps(const gto_trainer * trainer) { return trainer ? trainer->adamw.steps : 0; }

gto_status gto_trainer_gradient(const gto_trainer * trainer, int32_t i, float * out) {
    return guard([&] {
        require(trainer && out, "trainer and out must not be null");
        require_within("tensor", i, 0, trainer->draft.parameters.size() - 1);
        const parameter & p = trainer->draft.parameters.at(i);
        trainer->draft.device.read(out, trainer->adamw.gradient() + p.offset, p.size() * sizeof(float));
    });
}
