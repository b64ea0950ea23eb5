// Taps from libllama's layer inputs and off the running graph, hidden states behind a cut and after the pass: the same
// bits.
#include "support/handles.h"
#include "support/trees.h"
#include "target/session.h"

#include <functional>
#include <numeric>
#include <vector>

using namespace gto_test;

namespace {

std::vector<int32_t> random_tokens(int32_t n, uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<int32_t> tokens(n);
    for (int32_t & token : tokens) token = (int32_t) (random() % 256);
    return tokens;
}

gto_session_options taps_alone() {
    gto_session_options options = exact_options();
    options.hidden = false;
    return options;
}

// Decodes into a session and appends features.
using scenario = std::function<void(gto_session *, gto_features *)>;

// `whole`: the graph runs in one piece where that is possible; else it is cut behind each feature.
std::vector<float> features_of(const tiny & model, bool whole, const gto_session_options & options,
                               const scenario & decode) {
    gto_target & target = *model.target;
    const gto::tap_names known = target.taps;
    target.taps.layer_inputs = whole && known.layer_inputs;
    target.taps.hidden_kept = whole && known.hidden_kept;
    auto session = open_session(model.target, options);
    target.taps = known;
    auto features = new_features(model.n_embd(), options.hidden);
    decode(session.get(), features.get());
    std::vector<float> all, row(gto_features_row_bytes(features.get()) / 4);
    for (int32_t i = 0; i < gto_features_rows(features.get()); i++) {
        EXPECT_OK(gto_features_get(features.get(), i, row.data()));
        all.insert(all.end(), row.begin(), row.end());
    }
    return all;
}

void expect_the_same(gto_session_options options, const scenario & decode) {
    for (const char * arch : {"llama", "qwen3", "qwen2"}) {
        tiny model(options_of(arch));
        ASSERT_EQ(model.target->taps.layer_inputs, arch != std::string("qwen2"));
        ASSERT_TRUE(model.target->taps.hidden_kept) << arch;
        for (const bool hidden : {false, true}) {
            options.hidden = hidden;
            const std::vector<float> cut = features_of(model, false, options, decode),
                                     whole = features_of(model, true, options, decode);
            EXPECT_FALSE(cut.empty());
            EXPECT_EQ(cut, whole) << arch << (hidden ? " with the hidden state" : "");
        }
    }
}

struct row {
    int32_t token, position, seq;
    int8_t output;
};

void decode_rows(gto_session * session, gto_features * features, const std::vector<row> & rows) {
    const int32_t n = (int32_t) rows.size();
    std::vector<int32_t> tokens, positions, seqs, all(n), begins(n + 1);
    std::vector<int8_t> output;
    for (const row & r : rows) {
        tokens.push_back(r.token);
        positions.push_back(r.position);
        seqs.push_back(r.seq);
        output.push_back(r.output);
    }
    std::iota(begins.begin(), begins.end(), 0);
    std::iota(all.begin(), all.end(), 0);
    ASSERT_OK(
        gto_session_decode(session, n, tokens.data(), positions.data(), begins.data(), seqs.data(), output.data()));
    ASSERT_OK(gto_session_capture(session, n, all.data(), features));
}

TEST(FeatureReader, KnowsWhoHandsBlockInputsOut) {
    for (const char * arch : {"llama", "qwen3", "qwen2", "gemma3"}) {
        tiny model(options_of(arch));
        EXPECT_EQ(arch == std::string("llama") || arch == std::string("qwen3"), model.target->taps.layer_inputs)
            << arch;
        auto session = open_session(model.target, taps_alone());
        auto features = new_features(model.n_embd(), false);
        const std::vector<int32_t> tokens = random_tokens(5, 1);
        ASSERT_OK(gto_session_prefill(session.get(), 0, 0, 5, tokens.data(), 5, features.get(), nullptr));
        EXPECT_EQ(5, gto_features_rows(features.get())) << arch;
    }
}

// Every layer as a tap, the first and the last among them; a tap named twice; parts of a long prompt, rows with and
// without output.
TEST(FeatureReader, PrefillInParts) {
    const std::vector<int32_t> tokens = random_tokens(50, 2);
    for (const std::vector<int32_t> & layers : {std::vector<int32_t>{0, 1, 2}, {3, 4, 5}, {5, 2, 2}}) {
        gto_session_options options = taps_alone();
        options.n_batch = 16;
        std::copy(layers.begin(), layers.end(), options.tap_layers);
        expect_the_same(options, [&](gto_session * session, gto_features * features) {
            ASSERT_OK(gto_session_prefill(session, 3, 0, 50, tokens.data(), 30, features, nullptr));
        });
    }
}

TEST(FeatureReader, InterleavedSequences) {
    const std::vector<int32_t> tokens = random_tokens(64, 3);
    std::vector<row> rows;
    for (int32_t position = 0; position < 9; position++) {
        for (int32_t s = 3; s >= 0; s--) {
            rows.push_back({tokens[rows.size()], position, 2 * s, (int8_t) ((position + s) % 3 != 0)});
        }
    }
    expect_the_same(taps_alone(), [&](gto_session * session, gto_features * features) {
        decode_rows(session, features, rows);
        // a smaller graph after a larger one, and no output at all
        decode_rows(session, features, {{7, 9, 4, 0}, {8, 9, 0, 0}});
        decode_rows(session, features, {{9, 10, 4, 1}});
    });
}

// Sequences with gaps between them: libllama cuts such a batch into several of its own.
TEST(FeatureReader, ManyTexts) {
    const std::vector<int32_t> tokens = random_tokens(30, 4);
    gto_session_options options = taps_alone();
    options.many_texts = true;
    options.n_seq_max = 8;
    expect_the_same(options, [&](gto_session * session, gto_features * features) {
        for (int32_t seq : {0, 2, 3, 7}) {
            ASSERT_OK(gto_session_prefill(session, seq, 0, 3 + seq, tokens.data() + seq, 2, features, nullptr));
        }
        decode_rows(session, features, {{1, 3, 0, 1}, {2, 5, 2, 0}, {3, 6, 3, 1}, {4, 10, 7, 1}});
        decode_rows(session, features, {{5, 6, 2, 1}, {6, 7, 3, 1}});
    });
}

TEST(FeatureReader, Trees) {
    const std::vector<int32_t> prompt = random_tokens(6, 5);
    std::mt19937 random(6);
    const tree t = random_tree(random, random_tokens(3, 7), 3, 12);
    expect_the_same(taps_alone(), [&](gto_session * session, gto_features * features) {
        ASSERT_OK(gto_session_prefill(session, 0, 0, 6, prompt.data(), 6, features, nullptr));
        gto_sampler * sampler = nullptr;
        ASSERT_OK(gto_sampler_open(session->target, gto_sampler_options_default(), &sampler));
        const handle<gto_sampler> owner(sampler, gto_sampler_free);
        int32_t path[15], n_accepted, next;
        ASSERT_OK(gto_session_verify(session, 0, 6, 9, t.size(), t.tokens.data(), t.parents.data(), sampler, features,
                                     path, &n_accepted, &next));
        std::vector<int32_t> all(1 + t.size());
        std::iota(all.rbegin(), all.rend(), 0); // rows are asked for in any order
        ASSERT_OK(gto_session_capture(session, (int32_t) all.size(), all.data(), features));
    });
}

// The hidden state comes off the graph, and the taps with it: the same as without it.
TEST(FeatureReader, HiddenChangesNoTap) {
    tiny model;
    const std::vector<int32_t> tokens = random_tokens(20, 8);
    const scenario decode = [&](gto_session * session, gto_features * features) {
        ASSERT_OK(gto_session_prefill(session, 0, 0, 20, tokens.data(), 0, features, nullptr));
    };
    const std::vector<float> with = features_of(model, true, exact_options(), decode),
                             without = features_of(model, true, taps_alone(), decode);
    const size_t d = (size_t) model.n_embd();
    ASSERT_EQ(20 * 4 * d, with.size());
    ASSERT_EQ(20 * 3 * d, without.size());
    for (size_t i = 0; i < 20; i++) {
        EXPECT_TRUE(
            std::equal(without.begin() + i * 3 * d, without.begin() + (i + 1) * 3 * d, with.begin() + i * 4 * d))
            << "row " << i;
    }
}

} // namespace
