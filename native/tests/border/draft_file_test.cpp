// A draft's GGUF that isn't what the net is, or not one at all: one error that names file and field, and the next call
// works.
#include "border/gguf_image.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

#include <cmath>

using namespace gto_test;

namespace {

class draft_file : public testing::Test {
  protected:
    draft_file() {
        EXPECT_OK(gto_draft_save(tiny.draft, home.file("good.gguf").c_str(), "F32"));
        good = gguf_image::read(home.file("good.gguf"));
    }

    gto_status load(const gguf_image & image, gto_draft ** out) {
        image.write(path());
        return gto_draft_load(tiny.target, path().c_str(), out);
    }
    std::string path() const { return home.file("changed.gguf"); }

    // The file is refused by name and word; then the good one loads.
    void refused(const gguf_image & image, const std::string & word, gto_status status = GTO_E_FORMAT) {
        gto_draft * draft = nullptr;
        EXPECT_EQ(load(image, &draft), status) << gto_last_error();
        EXPECT_EQ(draft, nullptr) << "expected an error that names " << word;
        gto_draft_free(draft);
        EXPECT_NE(std::string(gto_last_error()).find(word), std::string::npos)
            << word << " is not in: " << gto_last_error();
        EXPECT_NE(std::string(gto_last_error()).find(path()), std::string::npos) << gto_last_error();
        ASSERT_OK(load(good, &draft));
        gto_draft_free(draft);
    }
    void refused_key(const std::string & key, uint32_t value, const std::string & word) {
        SCOPED_TRACE(key + " = " + std::to_string(value));
        gguf_image image = good;
        image.set("eagle3." + key, value);
        refused(image, word);
    }
    void refused_reals(const char * tensor, float value, const std::string & word) {
        gguf_image image = good;
        memcpy(image.find(tensor).data.data(), &value, sizeof value);
        refused(image, word);
    }

    tiny_draft tiny;
    folder home;
    gguf_image good;
};

TEST_F(draft_file, sizes_out_of_range) {
    for (const char * key :
         {"attention.head_count", "attention.head_count_kv", "attention.key_length", "feed_forward_length"}) {
        for (uint32_t value : {0u, 3u, 1u << 31, UINT32_MAX}) refused_key(key, value, "");
        refused_key(key, 0, key);
        refused_key(key, 1u << 31, key);
    }
    refused_key("block_count", 0, "block_count");
    refused_key("embedding_length", 1u << 31, "embedding_length");
    refused_key("embedding_length", 48, "token_embd.weight"); // of the target's width
    refused_key("target_hidden_size", 48, "target hidden size");
    refused_key("rope.dimension_count", 4, "rope.dimension_count");
    refused_key("rope.dimension_count", 0, "rope.dimension_count");
    refused_key("attention.value_length", 16, "attention.value_length");
    gguf_image image = good;
    image.set("eagle3.feed_forward_length", (uint64_t) 1 << 62);
    refused(image, "feed_forward_length");
    image = good;
    image.set("eagle3.attention.head_count", std::vector<int32_t>{});
    refused(image, "head_count");
    image = good;
    image.set("eagle3.attention.head_count", 4.0f);
    refused(image, "head_count");
    image = good;
    image.set_text("eagle3.attention.head_count", "four");
    refused(image, "head_count");
}

TEST_F(draft_file, more_layers_than_one) {
    refused_key("block_count", 2, "block_count");
    gguf_image image = good;
    for (size_t i = 0, n = image.tensors.size(); i < n; i++) {
        gguf_image::tensor t = image.tensors[i];
        if (t.name.rfind("blk.0.", 0) != 0) continue;
        t.name.replace(0, 6, "blk.1.");
        image.tensors.push_back(t);
    }
    refused(image, "blk.1.");
    image.set("eagle3.block_count", 2u);
    refused(image, "block_count");
}

TEST_F(draft_file, parts_that_the_net_does_not_have) {
    gguf_image image = good;
    image.tensors.push_back({"blk.0.attn_q.bias", {4}, GGML_TYPE_F32, std::vector<uint8_t>(16)});
    refused(image, "blk.0.attn_q.bias");
    image = good;
    image.tensors.push_back({"blk.0.ffn_up.bias", {4}, GGML_TYPE_F32, std::vector<uint8_t>(16)});
    refused(image, "blk.0.ffn_up.bias");
    image = good;
    image.tensors.push_back({"enc.output_norm.weight", {4}, GGML_TYPE_F32, std::vector<uint8_t>(16)});
    refused(image, "enc.output_norm.weight"); // its flag isn't set
    image = good;
    image.set("eagle3.norm_before_fc", true);
    refused(image, "enc.output_norm.weight");
    image = good;
    image.set("eagle3.norm_before_residual", 1u);
    refused(image, "norm_before_residual");
    image = good;
    image.set_text("eagle3.rope.scaling.type", "longrope");
    refused(image, "rope.scaling.type");
    image = good;
    image.set_text("eagle3.rope.scaling.type", "yarn");
    refused(image, "rope.scaling.factor");
    image.set("eagle3.rope.scaling.factor", -2.0f);
    refused(image, "factor");
    image.set("eagle3.rope.scaling.factor", 2.0f);
    image.set("eagle3.rope.scaling.yarn_log_multiplier", 0.1f);
    refused(image, "yarn_log_multiplier");
    image = good;
    image.set("eagle3.rope.scaling.attn_factor", 1.5f);
    refused(image, "attn_factor");
    image = good;
    image.set_text("eagle3.rope.scaling.type", "none");
    image.set("gto4j.llama3_rope_scaling", std::vector<float>{8, 1, 4, 64});
    refused(image, "llama3_rope_scaling"); // no factors
    image.set("gto4j.llama3_rope_scaling", std::vector<float>{8, 1, 4, NAN});
    refused(image, "llama3_rope_scaling[3]");
    image = good;
    image.tensors.push_back({"rope_freqs.weight", {3}, GGML_TYPE_F32, std::vector<uint8_t>(12)});
    refused(image, "rope_freqs.weight");
    image = good;
    image.tensors.erase(image.tensors.begin());
    refused(image, "missing");
}

TEST_F(draft_file, shapes_of_tensors) {
    for (const char * name :
         {"fc.weight", "blk.0.attn_k.weight", "blk.0.ffn_down.weight", "output.weight", "blk.0.attn_norm.weight"}) {
        gguf_image image = good;
        image.find(name).shape[0] *= 2;
        image.find(name).data.resize(image.find(name).data.size() * 2);
        refused(image, name);
        image = good;
        image.find(name).type = GGML_TYPE_I32;
        refused(image, name);
    }
    gguf_image image = good;
    image.find("output.weight").shape = {32, 53, 2};
    image.find("output.weight").data.resize(32 * 53 * 2 * 4);
    refused(image, "output.weight");
}

TEST_F(draft_file, constants_that_are_not_numbers) {
    for (float value : {NAN, INFINITY, -1.0f}) {
        gguf_image image = good;
        image.set("eagle3.attention.layer_norm_rms_epsilon", value);
        refused(image, "layer_norm_rms_epsilon");
        image = good;
        image.set("eagle3.rope.freq_base", value);
        refused(image, "rope.freq_base");
        image = good;
        std::vector<float> scale(3 * (size_t) tiny.info.n_embd, 1.0f);
        scale[7] = value;
        image.set("gto4j.feature_scale", scale);
        refused(image, "feature_scale[7]");
    }
    gguf_image image = good;
    image.set("gto4j.feature_scale", std::vector<float>(5, 1.0f));
    refused(image, "feature_scale");
    image = good;
    image.set("eagle3.rope.freq_base", 0.0f);
    refused(image, "rope.freq_base");
    image = good;
    std::vector<uint8_t> factors((size_t) (tiny.info.head_dim / 2) * 4);
    image.tensors.push_back({"rope_freqs.weight", {tiny.info.head_dim / 2}, GGML_TYPE_F32, factors});
    refused(image, "rope_freqs.weight[0]"); // zeros
}

TEST_F(draft_file, vocabularies) {
    const auto with = [&](size_t at, int64_t id) {
        gguf_image image = good;
        memcpy(image.find("d2t").data.data() + at * sizeof id, &id, sizeof id);
        return image;
    };
    for (int64_t id : {(int64_t) -1, (int64_t) tiny.info.n_vocab, (int64_t) 1 << 32, INT64_MAX, INT64_MIN}) {
        refused(with(1, id), "d2t[1]");
    }
    refused(with(1, 3), "d2t[1]"); // as the one before
    refused(with(0, 9), "d2t[1]"); // unsorted
    gguf_image image = good;
    image.find("d2t").type = GGML_TYPE_F64;
    refused(image, "d2t");
    image = good;
    image.find("d2t").shape = {3};
    image.find("d2t").data.resize(24);
    refused(image, "output.weight");
}

TEST_F(draft_file, taps_out_of_range) {
    const auto refused_taps = [&](const std::vector<int32_t> & taps, const char * word) {
        gguf_image image = good;
        image.set("eagle3.target_layers", taps);
        refused(image, word);
    };
    refused_taps({0, 1}, "target_layers");
    refused_taps({0, 1, 2, 3}, "target_layers");
    for (int32_t tap : {-1, tiny.info.n_layer, INT32_MAX, INT32_MIN}) refused_taps({0, 1, tap}, "target_layers");
}

// A draft that brings its own embedding computes with it, and keeps it when it is saved.
TEST_F(draft_file, own_embedding) {
    const int32_t d = tiny.info.n_embd, n_vocab = tiny.info.n_vocab;
    gguf_image image = good;
    const gguf_image target = gguf_image::read(tiny.target_path);
    gguf_image::tensor table = gguf_image(target).find("token_embd.weight");
    image.tensors.push_back(table);
    const random_text text(tiny, {6}, 1, 3);
    const auto logits_of = [&](gto_draft * draft) {
        gto_draft_session * session = nullptr;
        std::vector<float> logits(tiny.vocabulary.size());
        EXPECT_OK(gto_draft_session_open(draft, 8, 2, GTO_TYPE_F32, &session));
        EXPECT_OK(gto_draft_session_extend(session, text.features[0], 0, 5, text.tokens.data() + 1, 0));
        EXPECT_OK(gto_draft_session_logits(session, 4, logits.data()));
        gto_draft_session_free(session);
        return logits;
    };
    gto_draft *same = nullptr, *other = nullptr, *again = nullptr;
    ASSERT_OK(load(image, &same));
    EXPECT_EQ(logits_of(same), logits_of(tiny.draft));
    for (size_t i = 0; i < table.data.size(); i += 4) {
        const float value = std::sin((float) i);
        memcpy(image.find("token_embd.weight").data.data() + i, &value, sizeof value);
    }
    ASSERT_OK(load(image, &other));
    EXPECT_NE(logits_of(other), logits_of(tiny.draft));
    ASSERT_OK(gto_draft_save(other, home.file("again.gguf").c_str(), "F32"));
    ASSERT_OK(gto_draft_load(tiny.target, home.file("again.gguf").c_str(), &again));
    EXPECT_EQ(logits_of(again), logits_of(other));
    for (gto_draft * draft : {same, other, again}) gto_draft_free(draft);

    image.find("token_embd.weight").shape = {d, n_vocab - 1};
    image.find("token_embd.weight").data.resize((size_t) d * (size_t) (n_vocab - 1) * 4);
    refused(image, "token_embd.weight");
}

} // namespace
