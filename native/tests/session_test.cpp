#include "support/handles.h"
#include "support/oracle.h"

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

using namespace gto_test;

namespace {

constexpr float tolerance = 1e-4f;

std::vector<int32_t> random_tokens(int n, uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<int32_t> tokens(n);
    for (int32_t & token : tokens) token = (int32_t) (random() % 256);
    return tokens;
}

} // namespace

// Rows of one prefill against the same tokens decoded one by one: logits, argmax, taps and hidden.
TEST(Session, PrefillEqualsOneByOne) {
    for (const char * arch : {"llama", "qwen2", "qwen3", "gemma3"}) {
        tiny model(options_of(arch));
        const std::vector<int32_t> tokens = random_tokens(20, 1);
        const reading one_by_one = read_one_by_one(model, tokens);
        const float near = tolerance_of(arch);

        auto session = open_session(model.target, exact_options());
        auto features = new_features(32);
        std::vector<int32_t> argmax(20);
        ASSERT_OK(gto_session_prefill(session.get(), 3, 0, 20, tokens.data(), 0, features.get(), argmax.data()));
        for (int i = 0; i < 20; i++) {
            EXPECT_LT(distance(one_by_one.logits[i], logits_of(session, i, 320)), near) << arch << " row " << i;
            EXPECT_LT(distance(one_by_one.features[i], row_of(features, i)), near) << arch << " row " << i;
            EXPECT_EQ(one_by_one.argmax[i], argmax[i]) << arch << " row " << i;
        }
    }
}

// The input of block 2 is what a model of the first two blocks hands to its last norm: hidden = w * RMSNorm(tap), with
// one w for all rows.
TEST(Session, TapsAreBlockInputs) {
    for (const char * arch : {"llama", "qwen2", "qwen3", "gemma3"}) {
        tiny_options options = options_of(arch);
        tiny deep(options);
        options.layers = 2;
        tiny shallow(options);
        const std::vector<int32_t> tokens = random_tokens(6, 2);
        gto_session_options small = exact_options();
        small.tap_layers[0] = small.tap_layers[1] = 0;
        small.tap_layers[2] = 1;
        const reading whole = read_one_by_one(deep, tokens), part = read_one_by_one(shallow, tokens, small);
        std::vector<double> first;
        for (size_t i = 0; i < tokens.size(); i++) {
            double squares = 0;
            for (int c = 0; c < 32; c++) squares += (double) whole.features[i][c] * whole.features[i][c];
            const double scale = 1 / std::sqrt(squares / 32 + 1e-5);
            for (int c = 0; c < 32; c++) {
                const double weight = part.features[i][3 * 32 + c] / (whole.features[i][c] * scale);
                if (i == 0) first.push_back(weight);
                EXPECT_NEAR(first[c], weight, 1e-3 * std::abs(weight)) << arch << " row " << i << " channel " << c;
            }
        }
    }
}

// Rows of four sequences of different lengths in one batch, interleaved, with some outputs left out.
TEST(Session, InterleavedSequencesKeepTheirRows) {
    tiny model;
    auto session = open_session(model.target, exact_options());
    const std::vector<int> lengths = {9, 5, 7, 3};
    std::vector<std::vector<int32_t>> texts;
    std::vector<reading> alone;
    for (size_t s = 0; s < lengths.size(); s++) {
        texts.push_back(random_tokens(lengths[s], 10 + (uint32_t) s));
        alone.push_back(read_one_by_one(model, texts[s]));
    }
    std::vector<int32_t> tokens, positions, begins = {0}, seqs;
    std::vector<int8_t> output;
    for (int position = 0; position < 9; position++) {
        for (int s = 3; s >= 0; s--) {
            if (position >= lengths[s]) continue;
            tokens.push_back(texts[s][position]);
            positions.push_back(position);
            seqs.push_back(s * 2);
            begins.push_back((int32_t) seqs.size());
            output.push_back((position + s) % 3 != 0);
        }
    }
    const int32_t n = (int32_t) tokens.size();
    ASSERT_OK(gto_session_decode(session.get(), n, tokens.data(), positions.data(), begins.data(), seqs.data(),
                                 output.data()));
    std::vector<int32_t> all(n);
    std::iota(all.begin(), all.end(), 0);
    auto features = new_features(32);
    ASSERT_OK(gto_session_capture(session.get(), n, all.data(), features.get()));
    for (int32_t i = 0; i < n; i++) {
        const reading & expected = alone[seqs[i] / 2];
        std::vector<float> row = expected.features[positions[i]];
        if (!output[i]) std::fill(row.begin() + 96, row.end(), 0.0f); // no hidden state without output
        EXPECT_LT(distance(row, row_of(features, i)), tolerance) << "row " << i;
        if (output[i]) {
            EXPECT_LT(distance(expected.logits[positions[i]], logits_of(session, i, 320)), tolerance) << "row " << i;
        } else {
            float logits[320];
            EXPECT_EQ(GTO_E_ARGUMENT, gto_session_logits(session.get(), i, logits));
        }
    }
}

TEST(Session, LongPrefillIsSplit) {
    tiny model;
    gto_session_options options = exact_options();
    const std::vector<int32_t> tokens = random_tokens(50, 4);
    std::vector<std::vector<int32_t>> argmax;
    std::vector<handle<gto_features>> features;
    for (int32_t n_batch : {64, 16}) {
        options.n_batch = n_batch;
        auto session = open_session(model.target, options);
        argmax.emplace_back(50);
        features.push_back(new_features(32));
        ASSERT_OK(gto_session_prefill(session.get(), 0, 0, 50, tokens.data(), 30, features.back().get(),
                                      argmax.back().data()));
    }
    EXPECT_EQ(argmax[0], argmax[1]);
    EXPECT_EQ(-1, argmax[1][29]);
    EXPECT_LE(0, argmax[1][30]);
    for (int i = 0; i < 50; i++) {
        EXPECT_LT(distance(row_of(features[0], i), row_of(features[1], i)), tolerance) << "row " << i;
    }
}

TEST(Session, SequencesCanBeCopiedAndCut) {
    tiny model;
    auto session = open_session(model.target, exact_options());
    const std::vector<int32_t> tokens = random_tokens(10, 5);
    const reading expected = read_one_by_one(model, tokens);
    ASSERT_OK(gto_session_prefill(session.get(), 0, 0, 10, tokens.data(), 10, nullptr, nullptr));
    ASSERT_OK(gto_session_copy_sequence(session.get(), 0, 7, 0, 6));
    ASSERT_OK(gto_session_prefill(session.get(), 7, 6, 1, &tokens[6], 0, nullptr, nullptr));
    EXPECT_LT(distance(expected.logits[6], logits_of(session, 0, 320)), tolerance);
    ASSERT_OK(gto_session_remove(session.get(), 0, 8, -1));
    ASSERT_OK(gto_session_prefill(session.get(), 0, 8, 1, &tokens[8], 0, nullptr, nullptr));
    EXPECT_LT(distance(expected.logits[8], logits_of(session, 0, 320)), tolerance);
    ASSERT_OK(gto_session_clear(session.get()));
    ASSERT_OK(gto_session_prefill(session.get(), 0, 0, 1, &tokens[0], 0, nullptr, nullptr));
    EXPECT_LT(distance(expected.logits[0], logits_of(session, 0, 320)), tolerance);
}

TEST(Session, AFullSessionChangesNothing) {
    tiny model;
    gto_session_options options = exact_options();
    options.n_ctx = 256;
    auto session = open_session(model.target, options);
    const int32_t cells = gto_session_n_ctx(session.get());
    const std::vector<int32_t> tokens = random_tokens(cells + 10, 6);
    auto features = new_features(32);
    ASSERT_OK(gto_session_prefill(session.get(), 0, 0, cells - 20, tokens.data(), cells - 20, features.get(), nullptr));
    EXPECT_EQ(GTO_E_CONTEXT,
              gto_session_prefill(session.get(), 0, cells - 20, 30, &tokens[cells - 20], 0, features.get(), nullptr));
    EXPECT_EQ(cells - 20, gto_features_rows(features.get()));
    ASSERT_OK(gto_session_prefill(session.get(), 0, cells - 20, 20, &tokens[cells - 20], 19, features.get(), nullptr));
    EXPECT_EQ(GTO_E_CONTEXT, gto_session_prefill(session.get(), 1, 0, 1, tokens.data(), 0, nullptr, nullptr));
    float logits[320];
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_logits(session.get(), 0, logits)) << "no rows after a failed decode";
    ASSERT_OK(gto_session_remove(session.get(), 0, cells - 1, -1));
    ASSERT_OK(gto_session_prefill(session.get(), 1, 0, 1, tokens.data(), 0, nullptr, nullptr));
}

TEST(Session, ProbabilitiesAreASoftmax) {
    tiny model;
    auto session = open_session(model.target, exact_options());
    const std::vector<int32_t> tokens = random_tokens(3, 8);
    ASSERT_OK(gto_session_prefill(session.get(), 0, 0, 3, tokens.data(), 0, nullptr, nullptr));
    const std::vector<int32_t> rows = {1, 1, 2, 0, 0, 1}, asked = {5, 6, 5, 5, 319, 7};
    for (float temperature : {1.0f, 0.3f, 2.0f}) {
        std::vector<float> p(rows.size());
        ASSERT_OK(gto_session_probabilities(session.get(), (int32_t) rows.size(), rows.data(), asked.data(),
                                            temperature, p.data()));
        for (size_t i = 0; i < rows.size(); i++) {
            const std::vector<float> logits = logits_of(session, rows[i], 320);
            double sum = 0;
            for (float z : logits) sum += std::exp((double) z / temperature);
            const double expected = std::exp((double) logits[asked[i]] / temperature) / sum;
            EXPECT_NEAR(expected, p[i], 1e-5 * expected + 1e-12);
        }
    }
}

TEST(Session, WrongCallsAreErrors) {
    tiny model;
    gto_session * none = nullptr;
    const auto refused = [&](gto_session_options options) {
        EXPECT_EQ(GTO_E_ARGUMENT, gto_session_open(model.target.get(), options, &none)) << gto_last_error();
    };
    gto_session_options options = exact_options();
    for (int32_t tap : {-1, 6}) {
        options.tap_layers[1] = tap;
        refused(options);
    }
    for (int32_t n : {0, 257}) {
        options = exact_options();
        options.n_seq_max = n;
        refused(options);
    }
    options = exact_options();
    options.n_ctx = 7;
    refused(options);
    options = exact_options();
    options.n_batch = 0;
    refused(options);

    auto session = open_session(model.target, exact_options());
    const std::vector<int32_t> tokens = random_tokens(65, 7), seq(65, 0);
    std::vector<int32_t> positions(65), begins(66);
    std::iota(positions.begin(), positions.end(), 0);
    std::iota(begins.begin(), begins.end(), 0);
    const std::vector<int8_t> output(65, 1);
    const auto decode = [&](int32_t n, std::vector<int32_t> t, std::vector<int32_t> p, std::vector<int32_t> s) {
        return gto_session_decode(session.get(), n, t.data(), p.data(), begins.data(), s.data(), output.data());
    };
    EXPECT_EQ(GTO_E_ARGUMENT, decode(0, tokens, positions, seq));
    EXPECT_EQ(GTO_E_ARGUMENT, decode(65, tokens, positions, seq)) << "more than n_batch";
    EXPECT_EQ(GTO_E_ARGUMENT, decode(1, {320}, positions, seq));
    EXPECT_EQ(GTO_E_ARGUMENT, decode(1, {-1}, positions, seq));
    EXPECT_EQ(GTO_E_ARGUMENT, decode(1, tokens, {-1}, seq));
    EXPECT_EQ(GTO_E_ARGUMENT, decode(1, tokens, positions, {32}));
    EXPECT_EQ(GTO_E_ARGUMENT, decode(2, tokens, {0, 2}, seq)) << "a gap";
    EXPECT_EQ(GTO_E_ARGUMENT, decode(2, tokens, {1, 0}, seq)) << "backwards";
    EXPECT_OK(decode(2, tokens, positions, seq));
    EXPECT_EQ(GTO_E_ARGUMENT, decode(2, tokens, positions, seq)) << "positions that are taken";
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_prefill(session.get(), 0, 3, 1, tokens.data(), 0, nullptr, nullptr));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_remove(session.get(), 32, 0, -1));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_copy_sequence(session.get(), 0, -1, 0, -1));

    auto narrow = new_features(31), wide = new_features(32, true, GTO_TYPE_F16, 2);
    const int32_t row = 0;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_capture(session.get(), 1, &row, narrow.get()));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_capture(session.get(), 1, &row, wide.get()));
    auto plain = open_session(model.target, gto_session_options_default());
    auto good = new_features(32);
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_capture(plain.get(), 0, &row, good.get())) << "no taps";
}
