// Every argument of devices, features, targets, sessions and samplers at its borders.
#include "border/sweep.h"
#include "gto4j/answer.h"
#include "gto4j/kernels.h"
#include "support/chat_request.h"
#include "support/handles.h"

#include <cstring>

using namespace gto_test;

namespace {

class target_sweep : public testing::Test {
  protected:
    target_sweep() : features(new_features(model.n_embd())) {
        session = open_session(model.target, exact_options());
        sampler = open_sampler(model.target, gto_sampler_options_default());
    }
    // Sequence 0 holds three tokens, the last with logits.
    void fill() {
        ASSERT_OK(gto_session_clear(session.get()));
        const int32_t tokens[] = {1, 2, 3};
        ASSERT_OK(gto_session_prefill(session.get(), 0, 0, 3, tokens, 0, nullptr, nullptr));
        ASSERT_OK(gto_features_truncate(features.get(), 0));
    }

    tiny model;
    folder home;
    handle<gto_features> features;
    handle<gto_session> session{nullptr, gto_session_free};
    handle<gto_sampler> sampler{nullptr, gto_sampler_free};
    swept sweep;
};

TEST_F(target_sweep, devices_and_logs) {
    sweep.run("gto_device_open", [&](swept & s) {
        gto_device * device = nullptr;
        const char * name = s.pointer("name", "CPU", false);
        const int32_t n_threads = s.number("n_threads", 1);
        const gto_status status = gto_device_open(name, n_threads, s.pointer("out", &device));
        gto_device_free(device);
        return status;
    });
    int64_t free, total;
    sweep.run("gto_device_memory", [&](swept & s) {
        gto_device * device = s.pointer("device", model.device.get());
        int64_t * to = s.pointer("free", &free);
        return gto_device_memory(device, to, s.pointer("total", &total));
    });
    sweep.run("gto_available_device_memory", [&](swept & s) {
        const int32_t i = s.number("i", 0);
        int64_t * to = s.pointer("free", &free);
        return gto_available_device_memory(i, to, s.pointer("total", &total));
    });
    for (int32_t i : {0, -1, INT32_MIN, INT32_MAX}) {
        EXPECT_NE(gto_available_device_name(i), nullptr);
        EXPECT_EQ(gto_available_device_kind(i), GTO_DEVICE_CPU);
    }
    for (int32_t level : {0, -1, INT32_MIN, INT32_MAX}) gto_log_level(level);
    gto_log_level(1);
    int64_t bytes = 0;
    sweep.run("gto_memory_available", [&](swept & s) { return gto_memory_available(s.pointer("bytes", &bytes)); });
}

TEST_F(target_sweep, kernels) {
    int64_t bytes = 0;
    sweep.run("gto_kernel_row_bytes", [&](swept & s) {
        const char * type = s.pointer("type", "Q8_0");
        const int32_t columns = s.number("columns", 64);
        return gto_kernel_row_bytes(type, columns, s.pointer("n_bytes", &bytes));
    });
    std::vector<double> seconds(64), beside(64);
    const bool ours = strcmp(gto_device_name(model.device.get()), "CPU") != 0;
    sweep.run("gto_kernel_times", [&](swept & s) {
        gto_device * device = s.pointer("device", model.device.get());
        const char * type = s.pointer("type", "Q8_0");
        const int32_t outputs = s.number("outputs", 20), columns = s.number("columns", 64),
                      n_sizes = s.number("n_sizes", 2);
        const auto sizes = s.list("rows", {1, 5}, -1);
        const int32_t * rows = s.pointer("rows", sizes.data());
        const int32_t repetitions = s.number("repetitions", 2);
        double * to = s.pointer("seconds", seconds.data());
        double * to_ggml = ours ? s.pointer("ggml_seconds", beside.data(), false) : nullptr;
        return gto_kernel_times(device, type, outputs, columns, n_sizes, rows, repetitions, to, to_ggml,
                                s.pointer("n_bytes", &bytes));
    });
    for (int32_t i : {0, -1, INT32_MIN, INT32_MAX}) EXPECT_NE(gto_kernel_type(i), nullptr);
}

TEST_F(target_sweep, features) {
    const int64_t width = gto_features_row_bytes(features.get()) / 4;
    const std::vector<float> values((size_t) width * 3, 1.0f);
    std::vector<float> row((size_t) width);
    const std::string path = home.file("features.f32");
    sweep.run("gto_features_create", [&](swept & s) {
        gto_features * created = nullptr;
        const int32_t n_taps = s.number("n_taps", 3), n_embd = s.number("n_embd", 32),
                      type = s.number("type", GTO_TYPE_F16);
        const gto_status status = gto_features_create(n_taps, n_embd, true, type, s.pointer("out", &created));
        gto_features_free(created);
        return status;
    });
    sweep.run("gto_features_create_on", [&](swept & s) {
        gto_features * created = nullptr;
        gto_device * on = s.pointer("device", model.device.get());
        const int32_t n_taps = s.number("n_taps", 3), n_embd = s.number("n_embd", 32);
        const gto_status status = gto_features_create_on(on, n_taps, n_embd, true, s.pointer("out", &created));
        gto_features_free(created);
        return status;
    });
    const auto three = [&] {
        EXPECT_OK(gto_features_truncate(features.get(), 0));
        EXPECT_OK(gto_features_append(features.get(), 3, values.data()));
    };
    sweep.run("gto_features_append", [&](swept & s) {
        gto_features * to = s.pointer("features", features.get());
        const int32_t n_rows = s.number("n_rows", 3);
        return gto_features_append(to, n_rows, s.pointer("rows", values.data(), n_rows > 0));
    });
    sweep.run("gto_features_truncate", [&](swept & s) {
        three();
        gto_features * to = s.pointer("features", features.get());
        return gto_features_truncate(to, s.number("n_rows", 1));
    });
    sweep.run("gto_features_get", [&](swept & s) {
        three();
        gto_features * from = s.pointer("features", features.get());
        const int32_t at = s.number("row", 2);
        return gto_features_get(from, at, s.pointer("out", row.data()));
    });
    sweep.run("gto_features_write", [&](swept & s) {
        int64_t offset;
        gto_features * from = s.pointer("features", features.get());
        const char * to = s.pointer("path", path.c_str());
        return gto_features_write(from, to, s.pointer("offset", &offset));
    });
    sweep.run("gto_features_read", [&](swept & s) {
        gto_features * to = s.pointer("features", features.get());
        const char * from = s.pointer("path", path.c_str());
        const int64_t offset = s.wide("offset", gto_features_row_bytes(features.get()));
        return gto_features_read(to, from, offset, s.number("n_rows", 2));
    });
}

TEST_F(target_sweep, texts) {
    const std::string text = "hello there";
    std::vector<int32_t> tokens(64);
    std::vector<char> bytes(4096);
    int32_t n, n_spans, spans[2];
    sweep.run("gto_target_tokenize", [&](swept & s) {
        gto_target * target = s.pointer("target", model.target.get());
        const char * from = s.pointer("text", text.c_str());
        const int32_t text_bytes = s.number("text_bytes", (int32_t) text.size());
        int32_t * to = s.pointer("tokens", tokens.data());
        const int32_t capacity = s.number("capacity", 64);
        return gto_target_tokenize(target, from, text_bytes, true, true, to, capacity, s.pointer("n_tokens", &n));
    });
    sweep.run("gto_target_token_bytes", [&](swept & s) {
        gto_target * target = s.pointer("target", model.target.get());
        const int32_t token = s.number("token", 3);
        char * to = s.pointer("bytes", bytes.data());
        const int32_t capacity = s.number("capacity", 4096);
        return gto_target_token_bytes(target, token, true, to, capacity, s.pointer("n_bytes", &n));
    });
    const std::string request = chat_request({{"user", "hi"}});
    sweep.run("gto_target_chat", [&](swept & s) {
        gto_target * target = s.pointer("target", model.target.get());
        const char * from = s.pointer("request", request.c_str());
        const int64_t request_bytes = s.wide("request_bytes", (int64_t) request.size());
        char * to = s.pointer("text", bytes.data());
        const int32_t capacity = s.number("capacity", 4096);
        int32_t *bytes_found = s.pointer("n_bytes", &n), *to_spans = s.pointer("spans", spans);
        const int32_t spans_capacity = s.number("spans_capacity", 1);
        return gto_target_chat(target, from, request_bytes, to, capacity, bytes_found, to_spans, spans_capacity,
                               s.pointer("n_spans", &n_spans));
    });
    const int32_t said[] = {0, 5, -1, -1}; // the second is none: what is counted beyond it is never looked at
    sweep.run("gto_target_tokenize_chat", [&](swept & s) {
        gto_target * target = s.pointer("target", model.target.get());
        const char * from = s.pointer("text", text.c_str());
        const int32_t text_bytes = s.number("text_bytes", (int32_t) text.size());
        const int32_t n_contents = s.number("n_contents", 1);
        const int32_t * from_contents = s.pointer("contents", said);
        int32_t * to = s.pointer("tokens", tokens.data());
        const int32_t capacity = s.number("capacity", 64);
        return gto_target_tokenize_chat(target, from, text_bytes, n_contents, from_contents, to, capacity,
                                        s.pointer("n_tokens", &n));
    });
    for (int32_t token : {0, -1, INT32_MIN, INT32_MAX}) EXPECT_FALSE(gto_target_is_end(model.target.get(), token));
}

TEST_F(target_sweep, files) {
    sweep.run("gto_target_open", [&](swept & s) {
        gto_target * target = nullptr;
        gto_device * device = s.pointer("device", model.device.get());
        const std::string path = model.path();
        const char * from = s.pointer("path", path.c_str());
        const gto_status status = gto_target_open(device, from, s.pointer("out", &target));
        gto_target_free(target);
        return status;
    });
    sweep.run("gto_target_open_with", [&](swept & s) {
        gto_target * target = nullptr;
        gto_device * device = s.pointer("device", model.device.get());
        const std::string path = model.path();
        const char * from = s.pointer("path", path.c_str());
        const gto_target_options options = {s.number("n_gpu_layers", -1)};
        const gto_status status = gto_target_open_with(device, from, options, s.pointer("out", &target));
        gto_target_free(target);
        return status;
    });
    const std::string in = model.path(), out = home.file("f16.gguf");
    sweep.run("gto_target_requantize", [&](swept & s) {
        const char *from = s.pointer("in", in.c_str()), *to = s.pointer("out", out.c_str()),
                   *type = s.pointer("type", "F16");
        return gto_target_requantize(from, to, type, s.number("n_threads", 1));
    });
}

TEST_F(target_sweep, sessions) {
    sweep.run("gto_session_open", [&](swept & s) {
        gto_session_options options = exact_options();
        gto_session * opened = nullptr;
        gto_target * target = s.pointer("target", model.target.get());
        options.n_ctx = s.number("n_ctx", options.n_ctx);
        options.n_batch = s.number("n_batch", options.n_batch);
        options.n_seq_max = s.number("n_seq_max", options.n_seq_max);
        for (int i = 0; i < 3; i++) options.tap_layers[i] = s.number("tap_layers", options.tap_layers[i]);
        options.cache_type = s.number("cache_type", options.cache_type);
        options.flash_attention = s.number("flash_attention", options.flash_attention);
        const gto_status status = gto_session_open(target, options, s.pointer("out", &opened));
        gto_session_free(opened);
        return status;
    });
    sweep.run("gto_session_decode", [&](swept & s) {
        fill();
        gto_session * of = s.pointer("session", session.get());
        const int32_t n = s.number("n", 2);
        const auto tokens = s.list("tokens", {4, 5}, -1), positions = s.list("positions", {3, 4}, -1),
                   begins = s.list("seq_begin[0]", {0, 1, 2}, -1), seqs = s.list("seqs", {0, 0}, -1);
        std::vector<int32_t> all_begins = begins;
        all_begins[1] = s.number("seq_begin[1]", 1);
        all_begins[2] = s.number("seq_begin[2]", 2);
        const int8_t output[] = {1, 1};
        const auto t = s.pointer("tokens", tokens.data()), p = s.pointer("positions", positions.data()),
                   b = s.pointer("seq_begin", (const int32_t *) all_begins.data()), q = s.pointer("seqs", seqs.data());
        return gto_session_decode(of, n, t, p, b, q, s.pointer("output", output));
    });
    sweep.run("gto_session_prefill", [&](swept & s) {
        fill();
        gto_session * of = s.pointer("session", session.get());
        const int32_t seq = s.number("seq", 0), position = s.number("position", 3), n = s.number("n", 2);
        const auto tokens = s.list("tokens", {4, 5}, -1);
        int32_t argmax[2];
        const auto t = s.pointer("tokens", tokens.data());
        const int32_t output_from = s.number("output_from", 1);
        gto_features * capture = s.pointer("capture", features.get(), false);
        return gto_session_prefill(of, seq, position, n, t, output_from, capture, s.pointer("argmax", argmax, false));
    });
    sweep.run("gto_session_copy_sequence", [&](swept & s) {
        fill();
        gto_session * of = s.pointer("session", session.get());
        const int32_t from = s.number("from", 0), to = s.number("to", 1), p0 = s.number("p0", 0);
        return gto_session_copy_sequence(of, from, to, p0, s.number("p1", 3));
    });
    sweep.run("gto_session_remove", [&](swept & s) {
        fill();
        gto_session * of = s.pointer("session", session.get());
        const int32_t seq = s.number("seq", 0), p0 = s.number("p0", 1);
        return gto_session_remove(of, seq, p0, s.number("p1", 3));
    });
}

TEST_F(target_sweep, rows) {
    int32_t drawn[2];
    float p[2];
    std::vector<float> logits((size_t) model.n_vocab());
    gto_sampler * const samplers[] = {sampler.get(), sampler.get(), nullptr};
    fill();
    sweep.run("gto_session_sample", [&](swept & s) {
        gto_session * of = s.pointer("session", session.get());
        const int32_t n = s.number("n", 2);
        const auto rows = s.list("rows", {1, 2}, -1);
        const auto r = s.pointer("rows", rows.data(), n > 0);
        const auto with = s.pointer("samplers", samplers, n > 0);
        return gto_session_sample(of, n, r, with, s.pointer("tokens", drawn, n > 0));
    });
    sweep.run("gto_session_argmax", [&](swept & s) {
        gto_session * of = s.pointer("session", session.get());
        const int32_t n = s.number("n", 2);
        const auto rows = s.list("rows", {1, 2}, -1);
        const auto r = s.pointer("rows", rows.data(), n > 0);
        std::vector<int32_t> room(8);
        return gto_session_argmax(of, n, r, s.pointer("tokens", room.data(), n > 0));
    });
    sweep.run("gto_session_probabilities", [&](swept & s) {
        gto_session * of = s.pointer("session", session.get());
        const int32_t n = s.number("n", 2);
        const auto rows = s.list("rows", {1, 2}, -1), tokens = s.list("tokens", {3, 4}, -1);
        const auto r = s.pointer("rows", rows.data(), n > 0);
        const auto t = s.pointer("tokens", tokens.data(), n > 0);
        return gto_session_probabilities(of, n, r, t, 1.0f, s.pointer("p", p, n > 0));
    });
    sweep.run("gto_session_logits", [&](swept & s) {
        gto_session * of = s.pointer("session", session.get());
        const int32_t row = s.number("row", 2);
        return gto_session_logits(of, row, s.pointer("logits", logits.data()));
    });
    sweep.run("gto_session_capture", [&](swept & s) {
        gto_session * of = s.pointer("session", session.get());
        const int32_t n = s.number("n", 2);
        const auto rows = s.list("rows", {1, 2}, -1);
        const auto r = s.pointer("rows", rows.data(), n > 0);
        return gto_session_capture(of, n, r, s.pointer("features", features.get()));
    });
}

TEST_F(target_sweep, verification) {
    std::vector<int32_t> path(8), accepted(4), next(4);
    sweep.run("gto_session_verify", [&](swept & s) {
        fill();
        gto_session * of = s.pointer("session", session.get());
        const int32_t seq = s.number("seq", 0), position = s.number("position", 3), root = s.number("root", 4),
                      n = s.number("n", 2);
        const auto tokens = s.list("tokens", {5, 6}, -1), parents = s.list("parents", {-1, -1}, 9);
        std::vector<int32_t> all_parents = parents;
        all_parents[1] = s.number("parents[1]", 0);
        const auto t = s.pointer("tokens", tokens.data(), n > 0);
        const auto up = s.pointer("parents", all_parents.data(), n > 0);
        gto_sampler * with = s.pointer("sampler", sampler.get());
        gto_features * to = s.pointer("features", features.get(), false);
        const auto out = s.pointer("path", path.data(), n > 0), out_accepted = s.pointer("n_accepted", accepted.data());
        return gto_session_verify(of, seq, position, root, n, t, up, with, to, out, out_accepted,
                                  s.pointer("next", next.data()));
    });
    gto_sampler * const samplers[] = {sampler.get(), nullptr};
    gto_features * const into[] = {features.get(), nullptr};
    gto_drawn_children * const none_drawn[] = {nullptr, nullptr};
    std::vector<gto_status> status(4);
    sweep.run("gto_session_verify_many", [&](swept & s) {
        fill();
        gto_session * of = s.pointer("session", session.get());
        const int32_t n = s.number("n_requests", 1);
        const auto seqs = s.list("seqs", {0}, -1), positions = s.list("positions", {3}, -1),
                   roots = s.list("roots", {4}, -1), tokens = s.list("tokens", {5, 6}, -1),
                   parents = s.list("parents", {-1, 0}, 9);
        auto begins = s.list("node_begin[0]", {0, 2}, -1);
        begins[1] = s.number("node_begin[1]", 2);
        const auto q = s.pointer("seqs", seqs.data()), p = s.pointer("positions", positions.data()),
                   r = s.pointer("roots", roots.data()), b = s.pointer("node_begin", (const int32_t *) begins.data());
        const auto t = s.pointer("tokens", tokens.data(), begins[1] > 0),
                   up = s.pointer("parents", parents.data(), begins[1] > 0);
        const auto with = s.pointer("samplers", samplers);
        const auto to = s.pointer("features", into, false);
        const auto out = s.pointer("path", path.data(), begins[1] > 0),
                   out_accepted = s.pointer("n_accepted", accepted.data()), out_next = s.pointer("next", next.data());
        const auto draws = s.list("draws", {-1, -1}, 7);
        const auto numbers = s.pointer("draws", draws.data(), false);
        const auto from = s.pointer("drawn", none_drawn, false);
        return gto_session_verify_many(of, n, q, p, r, b, t, up, with, to, numbers, from, out, out_accepted, out_next,
                                       s.pointer("status", status.data()));
    });
    for (int32_t request : {0, -1, INT32_MIN, INT32_MAX}) {
        EXPECT_STREQ(gto_session_verify_error(session.get(), request), "");
    }
}

TEST_F(target_sweep, drawn_children) {
    sweep.run("gto_drawn_children_open", [&](swept & s) {
        gto_drawn_children * opened = nullptr;
        const gto_target * target = s.pointer("target", model.target.get());
        const gto_status status = gto_drawn_children_open(target, 1.0f, 1, s.pointer("out", &opened));
        gto_drawn_children_free(opened);
        return status;
    });
    gto_drawn_children * opened = nullptr;
    ASSERT_OK(gto_drawn_children_open(model.target.get(), 1.0f, 1, &opened));
    const handle<gto_drawn_children> drawn(opened, gto_drawn_children_free);
    sweep.run("gto_drawn_children_clear",
              [&](swept & s) { return gto_drawn_children_clear(s.pointer("drawn", drawn.get())); });
    double q;
    for (int32_t draw : {0, -1, INT32_MIN, INT32_MAX}) {
        EXPECT_EQ(GTO_E_ARGUMENT, gto_drawn_children_probability(drawn.get(), draw, 0, &q));
    }
    EXPECT_EQ(gto_drawn_children_count(nullptr), 0);
    gto_drawn_children_free(nullptr);
}

TEST_F(target_sweep, samplers) {
    sweep.run("gto_sampler_open", [&](swept & s) {
        gto_sampler_options options = gto_sampler_options_default();
        gto_sampler * opened = nullptr;
        const gto_target * target = s.pointer("target", model.target.get());
        options.temperature = 0.7f;
        options.penalty_repeat = 1.1f;
        options.top_k = s.number("top_k", 5);
        options.penalty_last_n = s.number("penalty_last_n", 8);
        options.seed = (uint32_t) s.number("seed", 1);
        options.n_bias = s.number("n_bias", 1);
        const auto tokens = s.list("bias_tokens", {3}, -1);
        const float bias[] = {1.0f, 1.0f};
        options.bias_tokens = s.pointer("bias_tokens", tokens.data(), options.n_bias > 0);
        options.bias = s.pointer("bias", bias, options.n_bias > 0);
        options.grammar = s.pointer("grammar", "root ::= [a-z]*", false);
        const char * const triggers[] = {"b", nullptr};
        const bool are_patterns[] = {false, false};
        options.n_triggers = s.number("n_triggers", 1);
        options.triggers = s.pointer("triggers", triggers, options.n_triggers > 0);
        options.triggers_are_patterns = s.pointer("triggers_are_patterns", are_patterns, options.n_triggers > 0);
        options.grammar_prefix = s.pointer("grammar_prefix", "a", false);
        const gto_status status = gto_sampler_open(target, options, s.pointer("out", &opened));
        gto_sampler_free(opened);
        return status;
    });
    sweep.run("gto_sampler_accept", [&](swept & s) {
        gto_sampler * of = s.pointer("sampler", sampler.get());
        const int32_t n = s.number("n", 2);
        const auto tokens = s.list("tokens", {3, 4}, -1);
        return gto_sampler_accept(of, n, s.pointer("tokens", tokens.data(), n > 0));
    });
    sweep.run("gto_sampler_reset", [&](swept & s) { return gto_sampler_reset(s.pointer("sampler", sampler.get())); });
}

TEST_F(target_sweep, answers) {
    const std::string request = chat_request({{"user", "hi"}});
    gto_answer_format * opened = nullptr;
    sweep.run("gto_answer_format_open", [&](swept & s) {
        gto_answer_format_free(opened);
        opened = nullptr;
        gto_target * target = s.pointer("target", model.target.get());
        const char * from = s.pointer("request", request.c_str());
        const int64_t request_bytes = s.wide("request_bytes", (int64_t) request.size());
        return gto_answer_format_open(target, from, request_bytes, s.pointer("out", &opened));
    });
    const handle<gto_answer_format> format(opened, gto_answer_format_free);
    std::vector<char> json(4096);
    int32_t n;
    sweep.run("gto_answer_format_describe", [&](swept & s) {
        const gto_answer_format * of = s.pointer("format", format.get());
        char * to = s.pointer("json", json.data());
        return gto_answer_format_describe(of, to, s.number("capacity", 4096), s.pointer("n_bytes", &n));
    });
    const std::string answer = "It is warm.", schema = R"({"enum": ["a", "b"]})";
    sweep.run("gto_answer_format_read", [&](swept & s) {
        const gto_answer_format * of = s.pointer("format", format.get());
        const char * from = s.pointer("answer", answer.c_str());
        const int32_t answer_bytes = s.number("answer_bytes", (int32_t) answer.size());
        char * to = s.pointer("json", json.data());
        const int32_t capacity = s.number("capacity", 4096);
        return gto_answer_format_read(of, from, answer_bytes, true, to, capacity, s.pointer("n_bytes", &n));
    });
    sweep.run("gto_json_schema_grammar", [&](swept & s) {
        const char * from = s.pointer("schema", schema.c_str());
        const int32_t schema_bytes = s.number("schema_bytes", (int32_t) schema.size());
        char * to = s.pointer("gbnf", json.data());
        const int32_t capacity = s.number("capacity", 4096);
        return gto_json_schema_grammar(from, schema_bytes, to, capacity, s.pointer("n_bytes", &n));
    });
    gto_answer_format_free(nullptr);
}

// What returns no status takes no handle for nothing.
TEST_F(target_sweep, nothing_of_no_handle) {
    EXPECT_STREQ(gto_device_name(nullptr), "");
    EXPECT_STREQ(gto_device_description(nullptr), "");
    EXPECT_EQ(gto_device_threads(nullptr), 0);
    EXPECT_EQ(gto_features_rows(nullptr), 0);
    EXPECT_EQ(gto_features_row_bytes(nullptr), 0);
    EXPECT_EQ(gto_target_describe(nullptr).n_vocab, 0);
    EXPECT_EQ(gto_target_loaded(nullptr).nanos, 0);
    EXPECT_EQ(gto_target_fallback(nullptr), nullptr);
    for (int32_t i : {-1, INT32_MIN, INT32_MAX}) {
        EXPECT_STREQ(gto_available_device_name(i), "");
        EXPECT_STREQ(gto_available_device_description(i), "");
    }
    EXPECT_STREQ(gto_target_path(nullptr), "");
    EXPECT_STREQ(gto_target_architecture(nullptr), "");
    EXPECT_STREQ(gto_target_description(nullptr), "");
    EXPECT_EQ(gto_target_chat_template(nullptr), nullptr);
    gto_target_default_taps(nullptr, nullptr);
    gto_target_default_taps(model.target.get(), nullptr);
    EXPECT_FALSE(gto_target_is_end(nullptr, 0));
    EXPECT_EQ(gto_session_n_ctx(nullptr), 0);
    EXPECT_EQ(gto_session_spent(nullptr).calls, 0);
    EXPECT_STREQ(gto_session_verify_error(nullptr, 0), "");
    gto_device_free(nullptr);
    gto_features_free(nullptr);
    gto_target_free(nullptr);
    gto_session_free(nullptr);
    gto_sampler_free(nullptr);
}

} // namespace
