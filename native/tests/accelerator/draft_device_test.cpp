// The draft engine on devices whose memory the host can't reach, compared with the CPU's: logits, children, gradients,
// a step, attention, and what crosses to the host.
#include "accelerator/counted_memory.h"
#include "draft/attention_products.h"
#include "support/gaussian.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace gto_test;

namespace {

double relative_difference(const std::vector<float> & a, const std::vector<float> & b) {
    double squares = 0, of_b = 0;
    for (size_t i = 0; i < a.size(); i++) {
        squares += std::pow((double) a[i] - b[i], 2);
        of_b += (double) b[i] * b[i];
    }
    return std::sqrt(squares / of_b);
}

struct session_of {
    session_of(gto_draft * draft, int32_t n_ctx, int32_t nodes, int32_t type) {
        EXPECT_OK(gto_draft_session_open(draft, n_ctx, nodes, type, &handle));
    }
    ~session_of() { gto_draft_session_free(handle); }
    gto_draft_session * handle = nullptr;
};

// A trunk of 20 rows, read in two calls, three roots' children, and two levels of nodes below them.
struct grown {
    grown(tiny_draft & tiny, const random_text & text, int32_t type) : session(tiny.draft, 32, 12, type) {
        const int32_t rows[] = {18, 15, 17};
        const int32_t ask[] = {3, 4, 9};
        gto_draft_session * s = session.handle;
        EXPECT_OK(gto_draft_session_extend(s, text.features[0], 0, 11, text.tokens.data() + 1, 11));
        EXPECT_OK(gto_draft_session_extend(s, text.features[0], 11, 9, text.tokens.data() + 12, 4));
        tokens.resize(3 * k);
        log_probs.resize(3 * k);
        asked.resize(3);
        EXPECT_OK(gto_draft_session_roots(s, 3, rows, k, tokens.data(), log_probs.data(), ask, asked.data()));
        const int32_t parents[] = {-1 - 18, -1 - 15, -1 - 18}, level[] = {tokens[0], tokens[k], tokens[1]};
        level_of(3, parents, level);
        const int32_t deeper[] = {2, 0}, below[] = {tokens[3 * k], tokens[4 * k]};
        level_of(2, deeper, below);
        for (const int32_t at : {18, 15, -1, -5}) {
            std::vector<float> z(tiny.vocabulary.size());
            EXPECT_OK(gto_draft_session_logits(s, at, z.data()));
            logits.insert(logits.end(), z.begin(), z.end());
        }
    }
    void level_of(int32_t n, const int32_t * parents, const int32_t * level) {
        std::vector<int32_t> ids(n * k);
        std::vector<float> values(n * k);
        EXPECT_OK(gto_draft_session_expand(session.handle, n, parents, level, k, ids.data(), values.data(), nullptr,
                                           nullptr, nullptr));
        tokens.insert(tokens.end(), ids.begin(), ids.end());
        log_probs.insert(log_probs.end(), values.begin(), values.end());
    }

    static constexpr int32_t k = 5;
    session_of session;
    std::vector<int32_t> tokens;
    std::vector<float> log_probs, asked, logits;
};

struct trained {
    std::vector<float> gradient, weights;
    gto_batch_result result = {};
    float norm = 0;
};

trained train(tiny_draft & tiny, const gto_batch & batch, int32_t precision = GTO_PRECISION_F32) {
    gto_trainer_options options = gto_trainer_options_default();
    options.chunk_rows = 24;
    options.precision = precision;
    gto_trainer * trainer = nullptr;
    EXPECT_OK(gto_trainer_open(tiny.target, tiny.draft, options, &trainer));
    trained t;
    for (int32_t step = 0; step < 2; step++) {
        EXPECT_OK(gto_trainer_accumulate(trainer, batch, &t.result));
        t.gradient.clear();
        for (int32_t i = 0; i < gto_draft_tensor_count(tiny.draft); i++) {
            std::vector<float> g(gto_draft_tensor_size(tiny.draft, i));
            EXPECT_OK(gto_trainer_gradient(trainer, i, g.data()));
            t.gradient.insert(t.gradient.end(), g.begin(), g.end());
        }
        if (step == 0) {
            EXPECT_OK(gto_trainer_step(trainer, 1e-3f, 0.5f, &t.norm));
        }
    }
    for (int32_t i = 0; i < gto_draft_tensor_count(tiny.draft); i++) {
        const std::vector<float> w = tiny.get(i);
        t.weights.insert(t.weights.end(), w.begin(), w.end());
    }
    gto_trainer_free(trainer);
    return t;
}

class draft_device : public testing::TestWithParam<std::string> {
  protected:
    draft_device() { load_test_device(GetParam()); }

    tiny_draft cpu{2, 5, GTO_INIT_RANDOM, "CPU"};
};

TEST_P(draft_device, grows_the_trees_of_the_cpu) {
    tiny_draft there(1, 5, GTO_INIT_RANDOM, GetParam().c_str());
    const random_text text(cpu, {24}, 2, 3);
    for (const int32_t type : {GTO_TYPE_F32, GTO_TYPE_F16, GTO_TYPE_Q8_0, GTO_TYPE_Q4_0, GTO_TYPE_BF16}) {
        const bool quantised = type == GTO_TYPE_Q8_0 || type == GTO_TYPE_Q4_0;
        const grown here(cpu, text, quantised ? GTO_TYPE_F16 : type == GTO_TYPE_BF16 ? GTO_TYPE_F32 : type);
        const grown other(there, text, type);
        const double bound = type == GTO_TYPE_F32 ? 1e-5 : type == GTO_TYPE_BF16 ? 4e-2 : 1e-2;
        EXPECT_LT(relative_difference(other.logits, here.logits), bound) << type;
        EXPECT_LT(relative_difference(other.log_probs, here.log_probs), bound) << type;
        if (type == GTO_TYPE_F32) {
            EXPECT_EQ(other.tokens, here.tokens);
        }
        for (size_t i = 0; i < here.asked.size(); i++) {
            if (std::isinf(here.asked[i])) {
                EXPECT_EQ(other.asked[i], here.asked[i]);
            } else {
                EXPECT_NEAR(other.asked[i], here.asked[i], 10 * bound * std::fabs(here.asked[i]));
            }
        }
    }
}

TEST_P(draft_device, trains_as_the_cpu_does) {
    for (int32_t loss = GTO_LOSS_CROSS_ENTROPY; loss <= GTO_LOSS_LK_LAMBDA; loss++) {
        tiny_draft here(2, 6, GTO_INIT_RANDOM, "CPU"), there(1, 6, GTO_INIT_RANDOM, GetParam().c_str());
        const random_text text(here, {14, 9}, 3, 4);
        gto_batch batch = text.batch(4, 3);
        batch.loss = loss;
        const trained a = train(there, batch), b = train(here, batch);
        EXPECT_LT(relative_difference(a.gradient, b.gradient), 1e-4) << loss;
        EXPECT_LT(relative_difference(a.weights, b.weights), 1e-5) << loss;
        EXPECT_NEAR(a.result.objective, b.result.objective, 1e-5 * std::fabs(b.result.objective)) << loss;
        EXPECT_NEAR(a.norm, b.norm, 1e-4 * b.norm) << loss;
        for (int32_t pass = 0; pass < 4; pass++) {
            EXPECT_EQ(a.result.pairs[pass], b.result.pairs[pass]);
            EXPECT_EQ(a.result.correct[pass], b.result.correct[pass]);
            EXPECT_EQ(a.result.kept[pass], b.result.kept[pass]);
        }
    }
}

TEST_P(draft_device, trains_with_hard_labels_and_weights_that_fall_with_misses) {
    tiny_draft here(2, 6, GTO_INIT_RANDOM, "CPU"), there(1, 6, GTO_INIT_RANDOM, GetParam().c_str()),
        other(2, 6, GTO_INIT_RANDOM, "CPU");
    const random_text text(here, {14, 9}, 3, 4);
    gto_batch batch = text.batch(4, 0);
    const trained plain = train(other, batch);
    batch.miss_decay = 0.5f;
    batch.hard_label_share = 0.3f;
    const trained a = train(there, batch), b = train(here, batch);
    EXPECT_LT(relative_difference(a.gradient, b.gradient), 1e-4);
    EXPECT_LT(relative_difference(a.weights, b.weights), 1e-5);
    EXPECT_NEAR(a.result.objective, b.result.objective, 1e-5 * std::fabs(b.result.objective));
    EXPECT_GT(relative_difference(plain.gradient, b.gradient), 1e-2) << "the options do nothing";
}

TEST_P(draft_device, grows_and_trains_published_nets) {
    for (const published_net & net : published_nets()) {
        SCOPED_TRACE(net.name);
        tiny_draft here(net, 2, 6, "CPU"), there(net, 1, 6, GetParam().c_str());
        const random_text text(here, {24}, 3, 4);
        const grown a(there, text, GTO_TYPE_F32), b(here, text, GTO_TYPE_F32);
        EXPECT_LT(relative_difference(a.logits, b.logits), 1e-5);
        const gto_batch batch = text.batch(3, 0);
        const trained c = train(there, batch), d = train(here, batch);
        EXPECT_LT(relative_difference(c.gradient, d.gradient), 1e-4);
        EXPECT_LT(relative_difference(c.weights, d.weights), 1e-5);
    }
}

// Several sequences, so that ranges of offered tokens begin behind 0; operands in F32 and rounded.
TEST_P(draft_device, trains_with_a_context_vocabulary) {
    for (const int32_t precision : {GTO_PRECISION_F32, GTO_PRECISION_BF16}) {
        tiny_draft here(2, 6, GTO_INIT_RANDOM, "CPU"), there(1, 6, GTO_INIT_RANDOM, GetParam().c_str());
        for (tiny_draft * tiny : {&here, &there}) {
            EXPECT_OK(gto_draft_set_context_vocabulary(tiny->draft, true, 0.5f, 1.5f));
        }
        random_text text(here, {14, 9, 11}, 3, 4);
        for (size_t i = 0; i < text.tokens.size(); i++) {
            if (i % 3 == 0) text.tokens[i] = text.argmax[i] = 1 + (int32_t) (i % 2); // not the draft's own
        }
        const gto_batch batch = text.batch(4, 3);
        const trained a = train(there, batch, precision), b = train(here, batch);
        EXPECT_LT(relative_difference(a.gradient, b.gradient), precision == GTO_PRECISION_F32 ? 1e-4 : 3e-2);
        EXPECT_EQ(a.result.unmasked[0], b.result.unmasked[0]);
        EXPECT_NEAR(a.result.objective, b.result.objective, 1e-2);
    }
}

TEST_P(draft_device, trains_in_bf16) {
    tiny_draft here(2, 6, GTO_INIT_RANDOM, "CPU"), there(1, 6, GTO_INIT_RANDOM, GetParam().c_str());
    const random_text text(here, {14, 9}, 3, 4);
    const gto_batch batch = text.batch(3, 0);
    const trained a = train(there, batch, GTO_PRECISION_BF16), b = train(here, batch);
    EXPECT_LT(relative_difference(a.gradient, b.gradient), 3e-2);
    EXPECT_GT(relative_difference(a.gradient, b.gradient), 1e-5) << "operands weren't rounded";
}

// Rows with several children, several chains below a root, and a root alone.
TEST_P(draft_device, follows_trees_as_the_cpu_does) {
    tiny_draft here(2, 6, GTO_INIT_RANDOM, "CPU"), there(1, 6, GTO_INIT_RANDOM, GetParam().c_str());
    const random_text text(here, {24}, 3, 4);
    const int32_t rows[] = {2, 9}, begins[] = {0, 8, 10}, parents[] = {-1, -1, 0, 0, 1, 2, 5, 1, -1, -1};
    std::vector<int32_t> tokens;
    for (int32_t i = 0; i < begins[2]; i++) tokens.push_back(here.vocabulary[3 * i + 1]);
    const float weights[] = {0.5f, -1, 0.25f, 1, 2, -0.5f, 1, 0.125f, 3, -2};
    std::vector<float> gradients[2], log_probs[2];
    int side = 0;
    for (tiny_draft * tiny : {&there, &here}) {
        gto_trainer_options options = gto_trainer_options_default();
        options.chunk_rows = 2;
        gto_trainer * trainer = nullptr;
        ASSERT_OK(gto_trainer_open(tiny->target, tiny->draft, options, &trainer));
        log_probs[side].resize(begins[2]);
        EXPECT_OK(gto_trainer_accumulate_trees(trainer, text.features[0], 24, text.tokens.data(), 2, rows, begins,
                                               parents, tokens.data(), weights, log_probs[side].data()));
        for (int32_t i = 0; i < gto_draft_tensor_count(tiny->draft); i++) {
            std::vector<float> g(gto_draft_tensor_size(tiny->draft, i));
            EXPECT_OK(gto_trainer_gradient(trainer, i, g.data()));
            gradients[side].insert(gradients[side].end(), g.begin(), g.end());
        }
        gto_trainer_free(trainer);
        side++;
    }
    EXPECT_LT(relative_difference(gradients[0], gradients[1]), 1e-4);
    EXPECT_LT(relative_difference(log_probs[0], log_probs[1]), 1e-5);
}

// What a training step and a level of a tree bring to the host are numbers a row, never rows of activations or logits.
TEST_P(draft_device, leaves_weights_activations_and_logits_there) {
    tiny_draft there(1, 6, GTO_INIT_RANDOM, GetParam().c_str());
    const random_text text(there, {40}, 3, 4);
    const gto_batch batch = text.batch(4, 0);
    gto_trainer * trainer = nullptr;
    ASSERT_OK(gto_trainer_open(there.target, there.draft, gto_trainer_options_default(), &trainer));
    guarded_memory * counted = memory_of(*there.device);
    if (!counted) GTEST_SKIP() << "a GPU counts no bytes";
    guarded_memory & memory = *counted;
    gto_batch_result result;
    float norm;
    memory.traffic.to_host = 0;
    ASSERT_OK(gto_trainer_accumulate(trainer, batch, &result));
    int64_t rows = 0;
    for (int32_t pass = 0; pass < 4; pass++) rows += result.pairs[pass];
    EXPECT_LE(memory.traffic.to_host, rows * 20) << "five numbers a row";
    EXPECT_GT(memory.traffic.to_host, 0);
    memory.traffic.to_host = 0;
    ASSERT_OK(gto_trainer_step(trainer, 1e-3f, 0.5f, &norm));
    EXPECT_LE(memory.traffic.to_host, gto_draft_describe(there.draft).n_params / 16384 * 8 + 8) << "sums of squares";
    gto_trainer_free(trainer);

    const session_of session(there.draft, 64, 8, GTO_TYPE_F32);
    memory.traffic.to_host = 0;
    ASSERT_OK(gto_draft_session_extend(session.handle, text.features[0], 0, 20, text.tokens.data() + 1, 10));
    EXPECT_EQ(memory.traffic.to_host, 0);
    const int32_t parents[] = {-1 - 19, -1 - 15, -1 - 12}, tokens[] = {3, 4, 5};
    std::vector<int32_t> children(12);
    std::vector<float> log_probs(12);
    ASSERT_OK(gto_draft_session_expand(session.handle, 3, parents, tokens, 4, children.data(), log_probs.data(),
                                       nullptr, nullptr, nullptr));
    EXPECT_EQ(memory.traffic.to_host, 12 * 8) << "an id and a log-probability a child";
}

// Every call says why, nothing is freed, and drafts elsewhere aren't touched.
TEST_P(draft_device, is_lost) {
    tiny_draft there(1, 6, GTO_INIT_RANDOM, GetParam().c_str()), here(1, 6, GTO_INIT_RANDOM, "CPU");
    const random_text text(here, {24}, 3, 4);
    const gto_batch batch = text.batch(3, 0);
    gto_trainer * trainer = nullptr;
    ASSERT_OK(gto_trainer_open(there.target, there.draft, gto_trainer_options_default(), &trainer));
    gto_batch_result result;
    float norm;
    ASSERT_OK(gto_trainer_accumulate(trainer, batch, &result));
    const session_of session(there.draft, 64, 8, GTO_TYPE_F32);
    gto_features * features = nullptr;
    ASSERT_OK(gto_features_create_on(there.device, 3, there.info.n_embd, false, &features));
    std::vector<float> row((size_t) 4 * there.info.n_embd), weights = there.get(0);
    ASSERT_OK(gto_features_append(features, 1, row.data()));
    {
        const std::lock_guard<std::recursive_mutex> lock(there.device->mutex);
        there.device->lose("it fell off the bus");
    }
    const folder home;
    const auto expect_lost = [](gto_status status, const char * call) {
        EXPECT_EQ(GTO_E_INTERNAL, status) << call;
        EXPECT_NE(std::string::npos, std::string(gto_last_error()).find("it fell off the bus"))
            << call << ": " << gto_last_error();
    };
    expect_lost(gto_trainer_accumulate(trainer, batch, &result), "accumulate");
    expect_lost(gto_trainer_step(trainer, 1e-3f, 0.5f, &norm), "step");
    expect_lost(gto_draft_session_extend(session.handle, text.features[0], 0, 5, text.tokens.data() + 1, 4), "extend");
    expect_lost(gto_draft_save(there.draft, home.file("draft.gguf").c_str(), "F32"), "save");
    EXPECT_FALSE(std::filesystem::exists(home.file("draft.gguf")));
    expect_lost(gto_features_append(features, 1, row.data()), "append");
    expect_lost(gto_features_get(features, 0, row.data()), "get");
    gto_draft_session * another = nullptr;
    expect_lost(gto_draft_session_open(there.draft, 64, 8, GTO_TYPE_F16, &another), "open");
    gto_features_free(features);
    gto_trainer_free(trainer);

    const session_of other(here.draft, 64, 8, GTO_TYPE_F32);
    EXPECT_OK(gto_draft_session_extend(other.handle, text.features[0], 0, 5, text.tokens.data() + 1, 4));
}

// Attention by products against attention.cpp, in blocks of few rows and of all.
class attention_device : public testing::TestWithParam<std::tuple<std::string, int64_t>> {
  protected:
    struct there {
        there(gto_device & device, const std::vector<float> & values)
            : device(device), memory(device, values.size() * sizeof(float)) {
            device.write(memory.data(), values.data(), memory.bytes());
        }
        std::vector<float> read() const {
            std::vector<float> values(memory.bytes() / sizeof(float));
            device.read(values.data(), memory.data(), memory.bytes());
            return values;
        }
        gto::matrix as(int64_t rows, int64_t cols) const { return gto::dense(memory.data(), rows, cols); }
        gto_device & device;
        gto::block memory;
    };
};

TEST_P(attention_device, equals_the_cpus) {
    const auto [name, most] = GetParam();
    load_test_device(name);
    gto_device * opened = nullptr;
    ASSERT_OK(gto_device_open(name.c_str(), 1, &opened));
    const handle<gto_device> device(opened, gto_device_free);
    const gto::attention_shape shape = {6, 2, 10};
    gaussian random(11);
    // two sequences of 9 and 14 trunk rows; then two chains of rows of their own below each root, as passes follow
    const int32_t trunk = 23, chains = 7, pool_rows = trunk + 2 * chains;
    gto::attention_rows rows;
    for (int32_t i = 0; i < chains; i++) {
        const int32_t root = i < 3 ? 2 + 3 * i : 9 + 3 * (i - 2), begin = root < 9 ? 0 : 9;
        rows.add(trunk + chains + i, begin, root + 1);
        rows.extra.push_back(trunk + i);
        rows.extra.push_back(trunk + chains + i);
        rows.close();
    }
    const int64_t q = shape.q_cols(), kv = shape.kv_cols(), cols = q + 2 * kv, n = chains;
    std::vector<float> pool(pool_rows * cols), d_out(n * q), out(n * q), lse(n * shape.n_head), d_pool(pool.size()),
        sums(trunk * 2 * kv);
    for (float & v : pool) v = 0.7f * random();
    for (float & v : d_out) v = random();
    const there pool_there(*device, pool), d_out_there(*device, d_out), out_there(*device, out),
        lse_there(*device, lse), d_pool_there(*device, d_pool);

    const auto here = [](std::vector<float> & v, int64_t c) { return gto::dense(v.data(), (int64_t) v.size() / c, c); };
    gto::attention_forward(shape, here(pool, cols), rows, here(out, q), here(lse, shape.n_head), 0, 1);
    gto::attention_backward(shape, here(pool, cols), rows, here(out, q), here(lse, shape.n_head), here(d_out, q),
                            here(d_pool, cols), here(sums, 2 * kv), 0, 1);
    for (int64_t i = 0; i < trunk; i++) {
        for (int64_t c = 0; c < 2 * kv; c++) d_pool[i * cols + q + c] += sums[i * 2 * kv + c];
    }

    gto::queue work(*device);
    gto::attention_products products(*device, most);
    products.record_forward(work, shape, pool_there.as(pool_rows, cols), rows, out_there.as(n, q),
                            lse_there.as(n, shape.n_head));
    products.record_backward(work, shape, pool_there.as(pool_rows, cols), rows, out_there.as(n, q),
                             d_out_there.as(n, q), d_pool_there.as(pool_rows, cols));
    work.run();
    EXPECT_LT(relative_difference(out_there.read(), out), 1e-5);
    EXPECT_LT(relative_difference(lse_there.read(), lse), 1e-5);
    EXPECT_LT(relative_difference(d_pool_there.read(), d_pool), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Devices, draft_device, testing::ValuesIn(accelerated_devices()),
                         [](const auto & test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(Devices, attention_device,
                         testing::Combine(testing::ValuesIn(accelerated_devices()), testing::Values(1, 300, 1 << 20)),
                         [](const auto & test) {
                             return std::get<0>(test.param) + std::string("_") +
                                    std::to_string(std::get<1>(test.param));
                         });

} // namespace
