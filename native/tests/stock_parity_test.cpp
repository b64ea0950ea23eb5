// Our draft net against stock libllama's eagle3 model: the same file, the same inputs, the same logits.
#include "support/tiny_draft.h"

#include "llama-ext.h"
#include "llama.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

using namespace gto_test;

namespace {

#define ASSERT_OK(call) ASSERT_EQ(call, GTO_OK) << gto_last_error()

// libllama's eagle3: encoder (fc) and decoder over (token, g) rows.
class stock_draft {
  public:
    // d: the draft's width
    stock_draft(const std::string & target_path, const std::string & draft_path, int32_t d) : d_(d) {
        llama_model_params model_params = llama_model_default_params();
        target_ = llama_model_load_from_file(target_path.c_str(), model_params);
        draft_ = llama_model_load_from_file(draft_path.c_str(), model_params);
        llama_context_params params = llama_context_default_params();
        params.n_ctx = 512;
        params.n_threads = params.n_threads_batch = 1;
        params.type_k = params.type_v = GGML_TYPE_F32;
        params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
        if (target_) target_context_ = llama_init_from_model(target_, params);
        params.ctx_other = target_context_;
        if (draft_ && target_context_) context_ = llama_init_from_model(draft_, params);
        if (context_) llama_set_embeddings_nextn(context_, true, true);
    }
    ~stock_draft() {
        llama_free(context_);
        llama_free(target_context_);
        llama_model_free(draft_);
        llama_model_free(target_);
    }
    bool loaded() const { return context_ != nullptr; }

    // g of feature rows [n][3d]
    std::vector<float> fuse(const std::vector<float> & features, int32_t n) {
        llama_batch batch = {n, nullptr, const_cast<float *>(features.data()), nullptr, nullptr, nullptr, nullptr};
        EXPECT_EQ(llama_encode(context_, batch), 0);
        const float * g = llama_get_embeddings_nextn(context_);
        return std::vector<float>(g, g + (size_t) n * d_);
    }

    // logits over the target's vocabulary (-inf outside the draft's) and h of the last row
    void decode(const std::vector<int32_t> & tokens, const std::vector<float> & g, int32_t position,
                std::vector<float> & logits, std::vector<float> & h) {
        const int32_t n = (int32_t) tokens.size();
        llama_batch batch = llama_batch_init(n, d_, 1);
        // llama_batch_init makes room for one kind of input only
        batch.token = (llama_token *) malloc(n * sizeof(llama_token));
        batch.n_tokens = n;
        for (int32_t i = 0; i < n; i++) {
            batch.token[i] = tokens[i];
            std::copy_n(g.data() + (size_t) i * d_, d_, batch.embd + (size_t) i * d_);
            batch.pos[i] = position + i;
            batch.n_seq_id[i] = 1;
            batch.seq_id[i][0] = 0;
            batch.logits[i] = 1; // the stock graph doesn't select output rows: all or none
        }
        EXPECT_EQ(llama_decode(context_, batch), 0);
        const int32_t vocab = llama_vocab_n_tokens(llama_model_get_vocab(draft_));
        const float * z = llama_get_logits_ith(context_, n - 1);
        logits.assign(z, z + vocab);
        const float * state = llama_get_embeddings_nextn_ith(context_, n - 1);
        h.assign(state, state + d_);
        free(batch.token);
        batch.token = nullptr;
        llama_batch_free(batch);
    }

  private:
    int32_t d_;
    llama_model * target_ = nullptr;
    llama_model * draft_ = nullptr;
    llama_context * target_context_ = nullptr;
    llama_context * context_ = nullptr;
};

struct temporary_file {
    std::string path =
        std::filesystem::temp_directory_path() / ("gto4j-parity-" + std::to_string(::getpid()) + ".gguf");
    ~temporary_file() { std::filesystem::remove(path); }
};

// Logits of a trunk and of a chain below it.
void expect_agreement(const tiny_draft & tiny) {
    const int32_t d = tiny.info.n_embd, n = 40, chain = 6;
    const random_text text(tiny, {n}, 2, 3);
    ASSERT_OK(gto_draft_fit_scale(tiny.draft, text.features[0])); // a folded scale must come out right
    temporary_file file;
    ASSERT_OK(gto_draft_save(tiny.draft, file.path.c_str(), "F32"));

    stock_draft stock(tiny.target_path, file.path, gto_draft_net_of(tiny.draft).n_embd);
    ASSERT_TRUE(stock.loaded());

    std::vector<float> features((size_t) n * 3 * d), row(4 * (size_t) d);
    for (int32_t i = 0; i < n; i++) {
        ASSERT_OK(gto_features_get(text.features[0], i, row.data()));
        std::copy_n(row.data(), 3 * d, features.data() + (size_t) i * 3 * d);
    }
    const int32_t rows = n - 1;
    features.resize((size_t) rows * 3 * d);
    const std::vector<int32_t> next(text.tokens.begin() + 1, text.tokens.end());

    gto_draft_session * session;
    ASSERT_OK(gto_draft_session_open(tiny.draft, 64, 16, GTO_TYPE_F32, &session));
    ASSERT_OK(gto_draft_session_extend(session, text.features[0], 0, rows, next.data(), rows - 1));

    std::vector<float> expected, h, ours(tiny.vocabulary.size());
    stock.decode(next, stock.fuse(features, rows), 0, expected, h);
    ASSERT_OK(gto_draft_session_logits(session, rows - 1, ours.data()));
    for (int32_t step = 0;; step++) {
        double worst = 0;
        for (size_t i = 0; i < ours.size(); i++) {
            worst = std::max(worst, (double) std::fabs(ours[i] - expected[tiny.vocabulary[i]]));
        }
        EXPECT_LT(worst, 1e-3) << "chain step " << step;
        EXPECT_TRUE(std::isinf(expected[0])) << "id 0 is not in the draft vocabulary";
        if (step == chain) break;
        const int32_t token = tiny.vocabulary[(size_t) (step * 7 + 3) % tiny.vocabulary.size()],
                      parent = step == 0 ? -rows : step - 1;
        int32_t child, first;
        float log_prob;
        ASSERT_OK(
            gto_draft_session_expand(session, 1, &parent, &token, 1, &child, &log_prob, nullptr, nullptr, &first));
        ASSERT_EQ(first, step);
        const std::vector<float> g = h;
        stock.decode({token}, g, rows + step, expected, h);
        ASSERT_OK(gto_draft_session_logits(session, -1 - step, ours.data()));
    }
    gto_draft_session_free(session);
}

class stock_parity : public testing::TestWithParam<int32_t> {};

TEST_P(stock_parity, trunk_and_chain_logits_agree) {
    const tiny_draft tiny(1, 11, GetParam());
    expect_agreement(tiny);
}

// Stock llama.cpp has no biases.
std::vector<published_net> nets_of_stock() {
    std::vector<published_net> nets = published_nets();
    constexpr int32_t biases = GTO_NET_FC_BIAS | GTO_NET_QKV_BIAS | GTO_NET_OUTPUT_BIAS;
    for (published_net & net : nets) net.parts &= ~biases;
    return nets;
}

class published_parity : public testing::TestWithParam<published_net> {};

TEST_P(published_parity, trunk_and_chain_logits_agree) {
    const tiny_draft tiny(GetParam(), 1, 11);
    expect_agreement(tiny);
}

INSTANTIATE_TEST_SUITE_P(nets, published_parity, testing::ValuesIn(nets_of_stock()), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(random_and_from_target, stock_parity, testing::Values(GTO_INIT_RANDOM, GTO_INIT_TARGET));

} // namespace
