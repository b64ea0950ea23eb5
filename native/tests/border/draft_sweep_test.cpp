// Every argument of drafts, draft sessions, trainers and of the loss and tree kernels at its borders.
#include "border/sweep.h"
#include "gto4j/tree.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

using namespace gto_test;

namespace {

class draft_sweep : public testing::Test {
  protected:
    draft_sweep() {
        gto_draft_session * opened_session = nullptr;
        EXPECT_OK(gto_draft_session_open(tiny.draft, 32, 8, GTO_TYPE_F32, &opened_session));
        session.reset(opened_session);
        open_trainer();
    }
    void open_trainer() {
        gto_trainer * opened = nullptr;
        EXPECT_OK(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &opened));
        trainer.reset(opened);
    }
    // Four trunk rows, each a possible root, and one node.
    void fill() {
        const int32_t parent = -4, token = 3;
        int32_t child;
        float log_prob;
        ASSERT_OK(gto_draft_session_truncate(session.get(), 0));
        ASSERT_OK(gto_draft_session_extend(session.get(), text.features[0], 0, 4, text.tokens.data() + 1, 0));
        ASSERT_OK(gto_draft_session_expand(session.get(), 1, &parent, &token, 1, &child, &log_prob, nullptr, nullptr,
                                           nullptr));
    }

    tiny_draft tiny;
    folder home;
    random_text text{tiny, {12}, 3, 4};
    handle<gto_draft_session> session{nullptr, gto_draft_session_free};
    handle<gto_trainer> trainer{nullptr, gto_trainer_free};
    swept sweep;
};

TEST_F(draft_sweep, drafts) {
    sweep.run("gto_draft_create", [&](swept & s) {
        gto_draft * created = nullptr;
        gto_draft_config config = {};
        gto_target * target = s.pointer("target", tiny.target);
        config.n_draft_vocab = s.number("n_draft_vocab", 2);
        for (int i = 0; i < 3; i++) config.tap_layers[i] = s.number("tap_layers", i);
        config.init = s.number("init", GTO_INIT_RANDOM);
        config.seed = (uint64_t) s.wide("seed", 1);
        const auto d2t = s.list("d2t", {3, 6}, -1);
        const auto map = s.pointer("d2t", d2t.data());
        const gto_status status = gto_draft_create(target, config, map, s.pointer("out", &created));
        gto_draft_free(created);
        return status;
    });
    sweep.run("gto_draft_create_net", [&](swept & s) {
        gto_draft * created = nullptr;
        gto_draft_net net = gto_draft_net_of(tiny.draft);
        gto_target * target = s.pointer("target", tiny.target);
        net.n_embd = s.number("n_embd", net.n_embd);
        net.n_head = s.number("n_head", net.n_head);
        net.n_head_kv = s.number("n_head_kv", net.n_head_kv);
        net.head_dim = s.number("head_dim", net.head_dim);
        net.n_ff = s.number("n_ff", net.n_ff);
        net.n_draft_vocab = s.number("n_draft_vocab", 2);
        net.n_ctx_train = s.number("n_ctx_train", 64);
        for (int i = 0; i < 3; i++) net.tap_layers[i] = s.number("tap_layers", i);
        net.parts = s.number("parts", GTO_NET_ALL_PARTS);
        net.embedding_type = s.number("embedding_type", GTO_TYPE_F16);
        net.rope.kind = s.number("kind", GTO_ROPE_YARN);
        net.rope.factor = 2;
        net.rope.attention_factor = net.rope.beta_slow = 1;
        net.rope.beta_fast = 32;
        net.rope.original_context = s.number("original_context", 64);
        const auto d2t = s.list("d2t", {3, 6}, -1);
        const auto map = s.pointer("d2t", d2t.data());
        const gto_status status = gto_draft_create_net(target, net, map, s.pointer("out", &created));
        gto_draft_free(created);
        return status;
    });
    std::vector<float> scale(3 * (size_t) tiny.info.n_embd), part(8);
    sweep.run("gto_draft_get_scale", [&](swept & s) {
        const gto_draft * of = s.pointer("draft", tiny.draft);
        return gto_draft_get_scale(of, s.pointer("out", scale.data()));
    });
    sweep.run("gto_draft_get_embedding", [&](swept & s) {
        const gto_draft * of = s.pointer("draft", tiny.draft);
        const int64_t first = s.wide("first", 3), n = s.number("n", 8);
        return gto_draft_get_embedding(of, first, std::min<int64_t>(n, 8), s.pointer("out", part.data()));
    });
    const published_net own = {"own", 0, 0, 4, 2, 8, 64, GTO_TYPE_BF16};
    const tiny_draft with_embedding(own);
    sweep.run("gto_draft_set_embedding", [&](swept & s) {
        gto_draft * of = s.pointer("draft", with_embedding.draft);
        const int64_t first = s.wide("first", 3), n = s.number("n", 8);
        return gto_draft_set_embedding(of, first, std::min<int64_t>(n, 8), s.pointer("values", part.data()));
    });
    const std::string path = home.file("draft.gguf");
    sweep.run("gto_draft_save", [&](swept & s) {
        gto_draft * of = s.pointer("draft", tiny.draft);
        const char * to = s.pointer("path", path.c_str());
        return gto_draft_save(of, to, s.pointer("type", "F16"));
    });
    sweep.run("gto_draft_load", [&](swept & s) {
        gto_draft * loaded = nullptr;
        gto_target * target = s.pointer("target", tiny.target);
        const char * from = s.pointer("path", path.c_str());
        const gto_status status = gto_draft_load(target, from, s.pointer("out", &loaded));
        gto_draft_free(loaded);
        return status;
    });
    sweep.run("gto_draft_copy", [&](swept & s) {
        gto_draft * copy = nullptr;
        gto_draft * of = s.pointer("draft", tiny.draft);
        const gto_status status = gto_draft_copy(of, s.pointer("out", &copy));
        gto_draft_free(copy);
        return status;
    });
    sweep.run("gto_draft_fit_scale", [&](swept & s) {
        gto_draft * of = s.pointer("draft", tiny.draft);
        return gto_draft_fit_scale(of, s.pointer("sample", text.features[0]));
    });
    sweep.run("gto_draft_parts", [&](swept & s) {
        int32_t parts;
        gto_target * of = s.pointer("target", tiny.target);
        return gto_draft_parts(of, s.pointer("parts", &parts));
    });
    std::vector<float> values = tiny.get(0);
    sweep.run("gto_draft_get_tensor", [&](swept & s) {
        gto_draft * of = s.pointer("draft", tiny.draft);
        const int32_t i = s.number("i", 0);
        return gto_draft_get_tensor(of, i, s.pointer("out", values.data()));
    });
    sweep.run("gto_draft_set_tensor", [&](swept & s) {
        gto_draft * of = s.pointer("draft", tiny.draft);
        const int32_t i = s.number("i", 0);
        return gto_draft_set_tensor(of, i, s.pointer("values", values.data()));
    });
    sweep.run("gto_draft_get_values", [&](swept & s) {
        gto_draft * of = s.pointer("draft", tiny.draft);
        const int32_t i = s.number("i", 0);
        const int64_t first = s.wide("first", 3), n = s.wide("n", 2);
        return gto_draft_get_values(of, i, first, n, n == 0 ? values.data() : s.pointer("out", values.data()));
    });
    sweep.run("gto_draft_set_values", [&](swept & s) {
        gto_draft * of = s.pointer("draft", tiny.draft);
        const int32_t i = s.number("i", 0);
        const int64_t first = s.wide("first", 3), n = s.wide("n", 2);
        return gto_draft_set_values(of, i, first, n, n == 0 ? values.data() : s.pointer("values", values.data()));
    });
    for (int32_t i : {-1, INT32_MIN, INT32_MAX}) {
        EXPECT_STREQ(gto_draft_tensor_name(tiny.draft, i), "");
        EXPECT_EQ(gto_draft_tensor_size(tiny.draft, i), 0);
    }
}

TEST_F(draft_sweep, sessions) {
    sweep.run("gto_draft_session_open", [&](swept & s) {
        gto_draft_session * opened = nullptr;
        gto_draft * of = s.pointer("draft", tiny.draft);
        const int32_t n_ctx = s.number("n_ctx", 8), max_nodes = s.number("max_nodes", 4),
                      type = s.number("type", GTO_TYPE_F16);
        const gto_status status = gto_draft_session_open(of, n_ctx, max_nodes, type, s.pointer("out", &opened));
        gto_draft_session_free(opened);
        return status;
    });
    sweep.run("gto_draft_session_truncate", [&](swept & s) {
        fill();
        gto_draft_session * of = s.pointer("session", session.get());
        return gto_draft_session_truncate(of, s.number("n_rows", 2));
    });
    sweep.run("gto_draft_session_extend", [&](swept & s) {
        fill();
        gto_draft_session * of = s.pointer("session", session.get());
        const gto_features * from = s.pointer("features", text.features[0]);
        const int32_t first = s.number("first", 4), n = s.number("n", 2);
        const auto tokens = s.list("next_tokens", {3, 6}, -1);
        const auto next = s.pointer("next_tokens", tokens.data(), n > 0);
        return gto_draft_session_extend(of, from, first, n, next, s.number("roots_from", 1));
    });
    std::vector<int32_t> children(64);
    std::vector<float> log_probs(64), query_log_probs(8);
    sweep.run("gto_draft_session_roots", [&](swept & s) {
        fill();
        gto_draft_session * of = s.pointer("session", session.get());
        const int32_t n = s.number("n", 2);
        const auto rows = s.list("rows", {1, 2}, -1), asked = s.list("query", {3, 6}, -1);
        const auto r = s.pointer("rows", rows.data(), n > 0);
        const int32_t k = s.number("k", 3);
        const auto to = s.pointer("tokens", children.data());
        const auto to_log = s.pointer("log_probs", log_probs.data());
        const auto q = s.pointer("query", asked.data(), false);
        return gto_draft_session_roots(of, n, r, k, to, to_log, q,
                                       s.pointer("query_log_probs", query_log_probs.data()));
    });
    int32_t first_node;
    sweep.run("gto_draft_session_expand", [&](swept & s) {
        fill();
        gto_draft_session * of = s.pointer("session", session.get());
        const int32_t n = s.number("n", 2);
        const auto parents = s.list("parents", {0, -4}, 99), tokens = s.list("tokens_in", {3, 6}, -1),
                   asked = s.list("query", {3, 6}, -1);
        const auto up = s.pointer("parents", parents.data(), n > 0), in = s.pointer("tokens_in", tokens.data(), n > 0);
        const int32_t k = s.number("k", 3);
        const auto to = s.pointer("tokens", children.data());
        const auto to_log = s.pointer("log_probs", log_probs.data());
        const auto q = s.pointer("query", asked.data(), false);
        const auto to_query = s.pointer("query_log_probs", query_log_probs.data());
        return gto_draft_session_expand(of, n, up, in, k, to, to_log, q, to_query,
                                        s.pointer("first_node", &first_node, false));
    });
    gto_drawn_children * opened = nullptr;
    ASSERT_OK(gto_drawn_children_open(tiny.target, 1.0f, 1, &opened));
    const handle<gto_drawn_children> drawn(opened, gto_drawn_children_free);
    sweep.run("gto_draft_session_draw", [&](swept & s) {
        fill();
        EXPECT_OK(gto_drawn_children_clear(drawn.get()));
        gto_draft_session * of = s.pointer("session", session.get());
        gto_drawn_children * into = s.pointer("drawn", drawn.get());
        const int32_t n = s.number("n", 1);
        const auto at = s.list("rows_or_nodes", {2}, INT32_MAX), fixed = s.list("fixed", {tiny.vocabulary[0]}, -1);
        auto begins = s.list("fixed_begin[0]", {0, 1}, -1);
        begins[1] = s.number("fixed_begin[1]", 1);
        const auto p = s.pointer("rows_or_nodes", at.data()), f = s.pointer("fixed", fixed.data()),
                   b = s.pointer("fixed_begin", (const int32_t *) begins.data());
        int32_t token = -1, first = -1;
        const auto out = s.pointer("tokens", &token);
        return gto_draft_session_draw(of, into, n, p, b, f, out, s.pointer("first_draw", &first));
    });
    std::vector<float> logits(tiny.vocabulary.size());
    sweep.run("gto_draft_session_logits", [&](swept & s) {
        fill();
        gto_draft_session * of = s.pointer("session", session.get());
        const int32_t at = s.number("row_or_node", 2);
        return gto_draft_session_logits(of, at, s.pointer("logits", logits.data()));
    });
}

TEST_F(draft_sweep, trainers) {
    const auto options_of = [](swept & s) {
        gto_trainer_options options = gto_trainer_options_default();
        options.chunk_rows = s.number("chunk_rows", 8);
        options.precision = s.number("precision", GTO_PRECISION_AUTO);
        return options;
    };
    trainer.reset(); // a draft has one
    sweep.run("gto_trainer_open", [&](swept & s) {
        gto_trainer * opened = nullptr;
        gto_target * target = s.pointer("target", tiny.target);
        gto_draft * draft = s.pointer("draft", tiny.draft);
        const gto_trainer_options options = options_of(s);
        const gto_status status = gto_trainer_open(target, draft, options, s.pointer("out", &opened));
        gto_trainer_free(opened);
        return status;
    });
    gto_training_memory memory;
    open_trainer();
    sweep.run("gto_trainer_plan_memory", [&](swept & s) {
        const gto_target * target = s.pointer("target", tiny.target);
        const int32_t vocabulary = s.number("n_draft_vocab", 2);
        const gto_trainer_options options = options_of(s);
        const int32_t n_tokens = s.number("n_tokens", 10), n_passes = s.number("n_passes", 3);
        const gto_status status =
            gto_trainer_plan_memory(target, vocabulary, true, options, n_tokens, n_passes, s.pointer("out", &memory));
        if (status == GTO_OK) {
            EXPECT_GT(memory.activations, 0);
        }
        return status;
    });
    sweep.run("gto_trainer_plan_memory_of", [&](swept & s) {
        gto_device * device = s.pointer("device", tiny.device);
        gto_target_info info = tiny.info;
        info.n_vocab = s.number("n_vocab", info.n_vocab);
        info.n_embd = s.number("n_embd", info.n_embd);
        info.n_head = s.number("n_head", info.n_head);
        info.n_head_kv = s.number("n_head_kv", info.n_head_kv);
        info.head_dim = s.number("head_dim", info.head_dim);
        info.n_ff = s.number("n_ff", info.n_ff);
        const int32_t vocabulary = s.number("n_draft_vocab", 2);
        const gto_trainer_options options = options_of(s);
        const int32_t n_tokens = s.number("n_tokens", 10), n_passes = s.number("n_passes", 3);
        return gto_trainer_plan_memory_of(device, info, vocabulary, true, options, n_tokens, n_passes,
                                          s.pointer("out", &memory));
    });
    sweep.run("gto_trainer_memory", [&](swept & s) {
        gto_trainer * of = s.pointer("trainer", trainer.get());
        return gto_trainer_memory(of, s.pointer("out", &memory));
    });
    std::vector<float> values = tiny.get(0);
    sweep.run("gto_trainer_gradient", [&](swept & s) {
        gto_trainer * of = s.pointer("trainer", trainer.get());
        const int32_t i = s.number("i", 0);
        return gto_trainer_gradient(of, i, s.pointer("out", values.data()));
    });
    float norm;
    sweep.run("gto_trainer_step", [&](swept & s) {
        gto_trainer * of = s.pointer("trainer", trainer.get());
        return gto_trainer_step(of, 1e-4f, 1.0f, s.pointer("grad_norm", &norm, false));
    });
    sweep.run("gto_trainer_zero", [&](swept & s) { return gto_trainer_zero(s.pointer("trainer", trainer.get())); });
    const std::string path = home.file("state.bin");
    sweep.run("gto_trainer_save_state", [&](swept & s) {
        gto_trainer * of = s.pointer("trainer", trainer.get());
        return gto_trainer_save_state(of, s.pointer("path", path.c_str()));
    });
    sweep.run("gto_trainer_load_state", [&](swept & s) {
        gto_trainer * of = s.pointer("trainer", trainer.get());
        return gto_trainer_load_state(of, s.pointer("path", path.c_str()));
    });
}

TEST_F(draft_sweep, batches) {
    const gto_features * const features[] = {text.features[0], nullptr};
    gto_batch_result result;
    for (bool backward : {true, false}) {
        sweep.run(backward ? "gto_trainer_accumulate" : "gto_trainer_evaluate", [&](swept & s) {
            gto_batch batch = text.batch(2, 0);
            gto_trainer * of = s.pointer("trainer", trainer.get());
            batch.n_sequences = s.number("n_sequences", 1);
            const auto lengths = s.list("lengths", {12}, -1);
            std::vector<int32_t> tokens = text.tokens, argmax = text.argmax;
            std::vector<int8_t> mask = text.mask;
            tokens[5] = s.number("tokens", tokens[5]);
            argmax[5] = s.number("argmax", argmax[5]);
            mask[5] = (int8_t) s.number("loss_mask", 1);
            const std::vector<float> weights(tokens.size() * 2, 0.1f);
            batch.features = s.pointer("features", features);
            batch.lengths = s.pointer("lengths", lengths.data());
            batch.tokens = s.pointer("tokens", (const int32_t *) tokens.data());
            batch.argmax = s.pointer("argmax", (const int32_t *) argmax.data());
            batch.loss_mask = s.pointer("loss_mask", (const int8_t *) mask.data());
            batch.n_passes = s.number("n_passes", 2);
            batch.keep_top_k = s.number("keep_top_k", 3);
            batch.loss = s.number("loss", GTO_LOSS_CROSS_ENTROPY);
            // with more passes than the weights are for there is nothing to read
            batch.policy_weight = batch.n_passes <= 2 ? s.pointer("policy_weight", weights.data(), false) : nullptr;
            const auto out = s.pointer("result", &result);
            return backward ? gto_trainer_accumulate(of, batch, out) : gto_trainer_evaluate(of, batch, out);
        });
    }
    std::vector<float> log_probs(8);
    const float weights[] = {1, 1, 1, 1};
    sweep.run("gto_trainer_accumulate_paths", [&](swept & s) {
        gto_trainer * of = s.pointer("trainer", trainer.get());
        const gto_features * from = s.pointer("features", text.features[0]);
        const int32_t length = s.number("length", 12);
        std::vector<int32_t> tokens = text.tokens;
        tokens[0] = s.number("tokens", tokens[0]);
        const auto in = s.pointer("tokens", (const int32_t *) tokens.data());
        const int32_t n_paths = s.number("n_paths", 2);
        const auto rows = s.list("path_row", {2, 5}, -1), of_paths = s.list("path_tokens", {3, 6, 9}, -1);
        auto begins = s.list("path_begin[0]", {0, 1, 3}, -1);
        begins[1] = s.number("path_begin[1]", 1);
        begins[2] = s.number("path_begin[2]", 3);
        const auto r = s.pointer("path_row", rows.data()), b = s.pointer("path_begin", (const int32_t *) begins.data()),
                   t = s.pointer("path_tokens", of_paths.data());
        const auto w = s.pointer("path_weight", weights);
        return gto_trainer_accumulate_paths(of, from, length, in, n_paths, r, b, t, w,
                                            s.pointer("log_probs", log_probs.data(), false));
    });
    sweep.run("gto_trainer_accumulate_trees", [&](swept & s) {
        gto_trainer * of = s.pointer("trainer", trainer.get());
        const gto_features * from = s.pointer("features", text.features[0]);
        const int32_t length = s.number("length", 12);
        std::vector<int32_t> tokens = text.tokens;
        tokens[0] = s.number("tokens", tokens[0]);
        const auto in = s.pointer("tokens", (const int32_t *) tokens.data());
        const int32_t n_trees = s.number("n_trees", 2);
        const auto rows = s.list("tree_row", {2, 5}, -1), parents = s.list("parents", {-1, -1, -1, 0}, 99),
                   of_nodes = s.list("node_tokens", {3, 6, 9, 4}, -1);
        auto begins = s.list("tree_begin[0]", {0, 2, 4}, -1);
        begins[1] = s.number("tree_begin[1]", 2);
        begins[2] = s.number("tree_begin[2]", 4);
        const auto r = s.pointer("tree_row", rows.data()), b = s.pointer("tree_begin", (const int32_t *) begins.data()),
                   up = s.pointer("parents", parents.data()), t = s.pointer("node_tokens", of_nodes.data());
        const auto w = s.pointer("node_weight", weights);
        return gto_trainer_accumulate_trees(of, from, length, in, n_trees, r, b, up, t, w,
                                            s.pointer("log_probs", log_probs.data(), false));
    });
}

TEST_F(draft_sweep, kernels) {
    sweep.run("gto_loss_rows", [&](swept & s) {
        std::vector<float> logits(16, 0.5f);
        const std::vector<float> target(16, 0.125f), weight(2, 1.0f);
        gto_device * device = s.pointer("device", tiny.device, false);
        const int32_t loss = s.number("loss", GTO_LOSS_LK_LAMBDA), n = s.number("n", 2),
                      n_vocab = s.number("n_vocab", 8);
        const auto labels = s.list("labels", {3, -1}, -9);
        const auto z = s.pointer("logits", logits.data(), n > 0);
        const auto p = s.pointer("target", target.data(), n > 0), t = s.pointer("token_weight", weight.data(), n > 0),
                   w = s.pointer("policy_weight", weight.data(), n > 0);
        const auto y = s.pointer("labels", labels.data(), n > 0);
        float losses[2], acceptance[2], log_prob[2];
        int32_t argmax[2], rank[2];
        const auto out_loss = s.pointer("token_loss", losses, false),
                   out_acceptance = s.pointer("acceptance", acceptance, false),
                   out_log_prob = s.pointer("log_prob", log_prob, false);
        const auto out_argmax = s.pointer("argmax", argmax, false);
        return gto_loss_rows(device, loss, 3.0f, n, n_vocab, z, p, t, w, y, out_loss, out_acceptance, out_log_prob,
                             out_argmax, s.pointer("rank", rank, false));
    });
    const float probabilities[] = {0.5f, 0.5f, 0.5f, -1.0f};
    float rewards[2];
    sweep.run("gto_tree_rewards", [&](swept & s) {
        gto_device * device = s.pointer("device", tiny.device, false);
        const int32_t kind = s.number("kind", GTO_REWARD_LSE), n = s.number("n_trees", 2);
        auto begins = s.list("tree_begin[0]", {0, 2, 3}, -1);
        begins[1] = s.number("tree_begin[1]", 2);
        const auto parents = s.list("parents", {-1, 0, -1}, 99);
        const auto b = s.pointer("tree_begin", (const int32_t *) begins.data(), n > 0),
                   up = s.pointer("parents", parents.data(), n > 0);
        const auto p = s.pointer("probabilities", probabilities, n > 0);
        return gto_tree_rewards(device, kind, 1.0f, n, b, up, p, s.pointer("rewards", rewards, n > 0));
    });
    sweep.run("gto_tree_walks", [&](swept & s) {
        gto_device * device = s.pointer("device", tiny.device, false);
        const int32_t n = s.number("n_trees", 2);
        auto begins = s.list("tree_begin[0]", {0, 2, 3}, -1);
        begins[1] = s.number("tree_begin[1]", 2);
        const auto parents = s.list("parents", {-1, 0, -1}, 99), tokens = s.list("tokens", {3, 6, 9}, -1),
                   drawn = s.list("drawn", {3, 6, 1, 9, 1}, -1);
        const auto b = s.pointer("tree_begin", (const int32_t *) begins.data(), n > 0),
                   up = s.pointer("parents", parents.data(), n > 0), t = s.pointer("tokens", tokens.data(), n > 0),
                   d = s.pointer("drawn", drawn.data(), n > 0);
        int32_t accepted[2], last[2];
        const auto out = s.pointer("accepted_length", accepted, n > 0);
        return gto_tree_walks(device, n, b, up, t, d, out, s.pointer("last_node", last, n > 0));
    });
}

TEST_F(draft_sweep, nothing_of_no_handle) {
    EXPECT_EQ(gto_draft_describe(nullptr).n_vocab, 0);
    gto_draft_d2t(nullptr, nullptr);
    gto_draft_d2t(tiny.draft, nullptr);
    EXPECT_EQ(gto_draft_tensor_count(nullptr), 0);
    EXPECT_STREQ(gto_draft_tensor_name(nullptr, 0), "");
    EXPECT_EQ(gto_draft_tensor_size(nullptr, 0), 0);
    EXPECT_EQ(gto_draft_session_rows(nullptr), 0);
    EXPECT_EQ(gto_draft_session_spent(nullptr).calls, 0);
    EXPECT_EQ(gto_trainer_steps(nullptr), 0);
    gto_draft_free(nullptr);
    gto_draft_session_free(nullptr);
    gto_trainer_free(nullptr);
}

} // namespace
