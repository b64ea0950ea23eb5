// A draft session's numbers have the same bits whatever rows, nodes and threads are beside them: a tree doesn't depend
// on how it was grown.
#include "gto4j/draft.h"
#include "support/gaussian.h"
#include "support/handles.h"
#include "support/tiny_model.h"

#include <cstring>
#include <filesystem>
#include <string>
#include <unistd.h>

using namespace gto_test;

namespace {

// the trunk and the head take several steps of attention and of the softmax
constexpr int32_t n_trunk = 80, n_draft = 900, k = 7;

struct draft_on {
    explicit draft_on(int32_t threads) {
        path = std::filesystem::temp_directory_path() /
               ("gto4j-draft-bits-" + std::to_string(getpid()) + "-" + std::to_string(threads) + ".gguf");
        tiny_options options;
        options.vocab = 936;
        options.embd = 96;
        options.heads = 6;
        options.kv_heads = 2;
        options.ff = 160;
        write_tiny_model(options, path);
        EXPECT_OK(gto_device_open(nullptr, threads, &device));
        EXPECT_OK(gto_target_open(device, path.c_str(), &target));
        std::vector<int32_t> vocabulary(n_draft);
        for (int32_t i = 0; i < n_draft; i++) vocabulary[(size_t) i] = i + 10;
        gto_draft_config config = {};
        config.n_draft_vocab = n_draft;
        gto_target_default_taps(target, config.tap_layers);
        config.init = GTO_INIT_RANDOM;
        config.seed = 5;
        EXPECT_OK(gto_draft_create(target, config, vocabulary.data(), &draft));
        gaussian normal(7);
        for (int32_t i = 0; i < gto_draft_tensor_count(draft); i++) {
            std::vector<float> values((size_t) gto_draft_tensor_size(draft, i));
            const bool norm = std::string(gto_draft_tensor_name(draft, i)).find("norm") != std::string::npos;
            for (float & v : values) v = norm ? 1.0f + 0.2f * normal() : 0.15f * normal();
            EXPECT_OK(gto_draft_set_tensor(draft, i, values.data()));
        }
        EXPECT_OK(gto_features_create(3, 96, true, GTO_TYPE_F32, &features));
        std::vector<float> rows((size_t) n_trunk * 4 * 96);
        for (float & v : rows) v = normal();
        EXPECT_OK(gto_features_append(features, n_trunk, rows.data()));
        for (int32_t i = 0; i < n_trunk; i++) tokens.push_back(10 + (int32_t) normal.integer(n_draft));
    }
    ~draft_on() {
        gto_features_free(features);
        gto_draft_free(draft);
        gto_target_free(target);
        gto_device_free(device);
        std::filesystem::remove(path);
    }
    draft_on(const draft_on &) = delete;
    draft_on & operator=(const draft_on &) = delete;

    std::string path;
    gto_device * device = nullptr;
    gto_target * target = nullptr;
    gto_draft * draft = nullptr;
    gto_features * features = nullptr;
    std::vector<int32_t> tokens;
};

struct grown {
    grown(const draft_on & on, int32_t type, int32_t rows_at_once) {
        EXPECT_OK(gto_draft_session_open(on.draft, n_trunk, 64, type, &session));
        for (int32_t first = 0; first < n_trunk; first += rows_at_once) {
            EXPECT_OK(gto_draft_session_extend(session, on.features, first, std::min(rows_at_once, n_trunk - first),
                                               &on.tokens[(size_t) first], 0));
        }
    }
    ~grown() { gto_draft_session_free(session); }
    grown(const grown &) = delete;
    grown & operator=(const grown &) = delete;

    // The children of nodes, n * k.
    struct children {
        std::vector<int32_t> tokens;
        std::vector<float> log_probs;
        bool operator==(const children & other) const {
            return tokens == other.tokens &&
                   memcmp(log_probs.data(), other.log_probs.data(), log_probs.size() * sizeof(float)) == 0;
        }
        children of(size_t node) const {
            return {{tokens.begin() + node * k, tokens.begin() + (node + 1) * k},
                    {log_probs.begin() + node * k, log_probs.begin() + (node + 1) * k}};
        }
    };
    children roots(const std::vector<int32_t> & rows) {
        children c{std::vector<int32_t>(rows.size() * k), std::vector<float>(rows.size() * k)};
        EXPECT_OK(gto_draft_session_roots(session, (int32_t) rows.size(), rows.data(), k, c.tokens.data(),
                                          c.log_probs.data(), nullptr, nullptr));
        return c;
    }
    children expand(const std::vector<int32_t> & parents, const std::vector<int32_t> & tokens) {
        children c{std::vector<int32_t>(parents.size() * k), std::vector<float>(parents.size() * k)};
        EXPECT_OK(gto_draft_session_expand(session, (int32_t) parents.size(), parents.data(), tokens.data(), k,
                                           c.tokens.data(), c.log_probs.data(), nullptr, nullptr, nullptr));
        return c;
    }
    void drop() { EXPECT_OK(gto_draft_session_truncate(session, n_trunk)); }

    gto_draft_session * session = nullptr;
};

struct DraftBits : testing::TestWithParam<int32_t> {};

} // namespace

TEST_P(DraftBits, DontDependOnRowsNodesAndThreads) {
    const draft_on one(1), three(3);
    grown plain(one, GetParam(), n_trunk);
    const std::vector<int32_t> roots = {79, 3, 50};
    const grown::children of_roots = plain.roots(roots);
    // two levels below different trunk rows, each node alone: then its children's
    const std::vector<int32_t> parents = {-1 - 79, -1 - 79, -1 - 3, -1 - 64, -1 - 79}, tokens = {20, 500, 31, 900, 77};
    const std::vector<int32_t> below = {0, 0, 2, 3, 4}, tokens_below = {44, 45, 46, 47, 48};
    std::vector<grown::children> alone, alone_below;
    for (size_t i = 0; i < parents.size(); i++) {
        plain.drop();
        alone.push_back(plain.expand({parents[i]}, {tokens[i]}));
    }
    for (size_t i = 0; i < below.size(); i++) {
        plain.drop();
        plain.expand({parents[(size_t) below[i]]}, {tokens[(size_t) below[i]]});
        alone_below.push_back(plain.expand({0}, {tokens_below[i]}));
    }
    for (const draft_on * on : {&one, &three}) {
        for (const int32_t rows_at_once : {1, 7, n_trunk}) {
            grown other(*on, GetParam(), rows_at_once);
            EXPECT_TRUE(of_roots == other.roots(roots)) << rows_at_once;
            for (size_t i = 0; i < roots.size(); i++) EXPECT_TRUE(of_roots.of(i) == other.roots({roots[i]})) << i;
            const grown::children together = other.expand(parents, tokens),
                                  together_below = other.expand(below, tokens_below);
            for (size_t i = 0; i < alone.size(); i++) {
                EXPECT_TRUE(together.of(i) == alone[i]) << "node " << i << ", " << rows_at_once;
            }
            for (size_t i = 0; i < alone_below.size(); i++) {
                EXPECT_TRUE(together_below.of(i) == alone_below[i]) << "node " << i << " below, " << rows_at_once;
            }
        }
    }
}

std::string type_name(const testing::TestParamInfo<int32_t> & info) {
    switch (info.param) {
        case GTO_TYPE_F32: return "F32";
        case GTO_TYPE_F16: return "F16";
        case GTO_TYPE_Q8_0: return "Q8_0";
        default: return "Q4_0";
    }
}

INSTANTIATE_TEST_SUITE_P(Types, DraftBits, testing::Values(GTO_TYPE_F32, GTO_TYPE_F16, GTO_TYPE_Q8_0, GTO_TYPE_Q4_0),
                         type_name);
