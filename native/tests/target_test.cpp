#include "support/chat_request.h"
#include "support/handles.h"

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

using namespace gto_test;

namespace {

std::vector<int32_t> tokenize(const handle<gto_target> & target, const std::string & text, bool add_special,
                              bool parse_special) {
    int32_t n = -1;
    EXPECT_OK(gto_target_tokenize(target.get(), text.data(), (int32_t) text.size(), add_special, parse_special, nullptr,
                                  0, &n));
    std::vector<int32_t> tokens(n);
    EXPECT_OK(gto_target_tokenize(target.get(), text.data(), (int32_t) text.size(), add_special, parse_special,
                                  tokens.data(), n, &n));
    EXPECT_EQ((int32_t) tokens.size(), n);
    return tokens;
}

std::string text_of(const handle<gto_target> & target, const std::vector<int32_t> & tokens, bool special) {
    std::string text;
    for (int32_t token : tokens) {
        char bytes[64];
        int32_t n = -1;
        EXPECT_OK(gto_target_token_bytes(target.get(), token, special, bytes, sizeof bytes, &n));
        text.append(bytes, n);
    }
    return text;
}

gto_status open_status(const handle<gto_device> & device, const std::string & path) {
    gto_target * target = nullptr;
    const gto_status status = gto_target_open(device.get(), path.c_str(), &target);
    EXPECT_EQ(status == GTO_OK, target != nullptr);
    gto_target_free(target);
    if (status != GTO_OK) {
        EXPECT_NE(nullptr, strstr(gto_last_error(), path.c_str())) << gto_last_error();
    }
    return status;
}

std::string contents(const std::string & path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string & path, const std::string & bytes) { std::ofstream(path, std::ios::binary) << bytes; }

} // namespace

TEST(Target, DescribesItself) {
    tiny model;
    const gto_target_info info = gto_target_describe(model.target.get());
    EXPECT_EQ(320, info.n_vocab);
    EXPECT_EQ(32, info.n_embd);
    EXPECT_EQ(6, info.n_layer);
    EXPECT_EQ(4, info.n_head);
    EXPECT_EQ(2, info.n_head_kv);
    EXPECT_EQ(8, info.head_dim);
    EXPECT_EQ(64, info.n_ff);
    EXPECT_EQ(2048, info.n_ctx_train);
    EXPECT_EQ(10000.0f, info.rope_base);
    EXPECT_EQ(1e-5f, info.rms_eps);
    EXPECT_EQ(256, info.token_bos);
    EXPECT_EQ(257, info.token_eos);
    EXPECT_TRUE(info.add_bos);
    EXPECT_TRUE(info.taps_supported);
    EXPECT_STREQ("llama", gto_target_architecture(model.target.get()));
    EXPECT_EQ(model.path(), gto_target_path(model.target.get()));
    int32_t taps[3];
    gto_target_default_taps(model.target.get(), taps);
    EXPECT_EQ(2, taps[0]);
    EXPECT_EQ(3, taps[1]);
    EXPECT_EQ(3, taps[2]);
}

TEST(Target, DefaultTapsFitShallowModels) {
    for (int32_t layers : {1, 2, 3}) {
        tiny_options options;
        options.layers = layers;
        tiny model(options);
        int32_t taps[3];
        gto_target_default_taps(model.target.get(), taps);
        for (int32_t tap : taps) {
            EXPECT_GE(tap, 0);
            EXPECT_LT(tap, layers);
        }
    }
}

TEST(Target, TokensRoundTrip) {
    tiny model;
    for (const std::string text : {"", "a", "hello world", "aabbcc  \n\ttabs",
                                   "Gr\xC3\xBC\xC3\x9F Gott, \xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x99\x82"}) {
        const std::vector<int32_t> tokens = tokenize(model.target, text, false, false);
        EXPECT_EQ(text, text_of(model.target, tokens, false));
        const std::vector<int32_t> with_bos = tokenize(model.target, text, true, false);
        EXPECT_EQ(tokens.size() + 1, with_bos.size());
        EXPECT_EQ(256, with_bos[0]);
    }
    EXPECT_EQ(std::vector<int32_t>{258}, tokenize(model.target, "<|im_start|>", false, true));
    EXPECT_EQ("", text_of(model.target, {258}, false));
    EXPECT_EQ("<|im_start|>", text_of(model.target, {258}, true));
    EXPECT_LT(1u, tokenize(model.target, "<|im_start|>", false, false).size());
    EXPECT_EQ(1u, tokenize(model.target, "aa", false, false).size()) << "letters merge";
}

TEST(Target, TooSmallACapacityWritesNothing) {
    tiny model;
    int32_t tokens[2] = {-7, -7}, n = 0;
    EXPECT_OK(gto_target_tokenize(model.target.get(), "hello", 5, false, false, tokens, 2, &n));
    EXPECT_LT(2, n);
    EXPECT_EQ(-7, tokens[0]);
    char bytes[2] = {'?', '?'};
    EXPECT_OK(gto_target_token_bytes(model.target.get(), 258, true, bytes, 2, &n));
    EXPECT_EQ(12, n);
    EXPECT_EQ('?', bytes[0]);
    const std::string request = chat_request({{"user", "hi"}});
    int32_t span[2] = {-7, -7}, n_spans = 0;
    EXPECT_OK(
        gto_target_chat(model.target.get(), request.data(), (int64_t) request.size(), bytes, 2, &n, span, 1, &n_spans));
    EXPECT_LT(2, n);
    EXPECT_EQ('?', bytes[0]);
    EXPECT_EQ(1, n_spans);
    EXPECT_EQ(-7, span[0]);
}

TEST(Target, EndTokens) {
    tiny model;
    EXPECT_TRUE(gto_target_is_end(model.target.get(), 257));
    EXPECT_TRUE(gto_target_is_end(model.target.get(), 259)) << "<|im_end|>";
    EXPECT_FALSE(gto_target_is_end(model.target.get(), 97));
    EXPECT_FALSE(gto_target_is_end(model.target.get(), -1));
    EXPECT_FALSE(gto_target_is_end(model.target.get(), 320));
    int32_t n;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_target_token_bytes(model.target.get(), 320, false, nullptr, 0, &n));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_target_token_bytes(model.target.get(), -1, false, nullptr, 0, &n));
}

TEST(Target, Chat) {
    tiny model;
    const std::string request = chat_request({{"system", "Be brief."}, {"user", "Hi!"}}), empty = chat_request({});
    char text[256];
    int32_t n = 0, spans[4], n_spans = 0;
    ASSERT_OK(gto_target_chat(model.target.get(), request.data(), (int64_t) request.size(), text, sizeof text, &n,
                              spans, 2, &n_spans));
    ASSERT_EQ(2, n_spans);
    EXPECT_EQ("Be brief.", std::string(text + spans[0], spans[1] - spans[0]));
    EXPECT_EQ("Hi!", std::string(text + spans[2], spans[3] - spans[2]));
    EXPECT_EQ("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi!<|im_end|>\n<|im_start|>assistant\n",
              std::string(text, n));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_target_chat(model.target.get(), empty.data(), (int64_t) empty.size(), text,
                                              sizeof text, &n, spans, 2, &n_spans));

    tiny_options options;
    options.chat_template = false;
    tiny plain(options);
    EXPECT_EQ(nullptr, gto_target_chat_template(plain.target.get()));
    EXPECT_EQ(GTO_E_FORMAT, gto_target_chat(plain.target.get(), request.data(), (int64_t) request.size(), text,
                                            sizeof text, &n, spans, 2, &n_spans));
}

TEST(Target, BadFilesAreErrors) {
    folder home;
    auto device = open_device();
    EXPECT_EQ(GTO_E_IO, open_status(device, home.file("missing.gguf")));
    EXPECT_EQ(GTO_E_IO, open_status(device, home.file("")));
    write(home.file("empty.gguf"), "");
    EXPECT_EQ(GTO_E_FORMAT, open_status(device, home.file("empty.gguf")));
    write(home.file("text.gguf"), "this is not a model");
    EXPECT_EQ(GTO_E_FORMAT, open_status(device, home.file("text.gguf")));
    for (const char * arch : {"bert", "eagle3"}) {
        tiny_options options;
        options.arch = arch;
        write_tiny_model(options, home.file(arch));
        EXPECT_EQ(GTO_E_FORMAT, open_status(device, home.file(arch))) << arch;
        EXPECT_NE(nullptr, strstr(gto_last_error(), arch)) << gto_last_error();
    }
}

TEST(Target, UnknownArchitectureIsNamed) {
    folder home;
    auto device = open_device();
    write_tiny_model({}, home.file("good.gguf"));
    std::string bytes = contents(home.file("good.gguf"));
    for (size_t at = 0; (at = bytes.find("llama", at)) != std::string::npos;) bytes.replace(at, 5, "lemma");
    write(home.file("lemma.gguf"), bytes);
    EXPECT_EQ(GTO_E_FORMAT, open_status(device, home.file("lemma.gguf")));
    EXPECT_NE(nullptr, strstr(gto_last_error(), "lemma")) << gto_last_error();
}

TEST(Target, ACutFileSaysWhatIsMissing) {
    folder home;
    auto device = open_device();
    write_tiny_model({}, home.file("whole.gguf"));
    const std::string bytes = contents(home.file("whole.gguf"));
    write(home.file("cut.gguf"), bytes.substr(0, bytes.size() - 1000));
    EXPECT_EQ(GTO_E_IO, open_status(device, home.file("cut.gguf")));
    EXPECT_NE(nullptr, strstr(gto_last_error(), std::to_string(bytes.size() - 1000).c_str())) << gto_last_error();
    for (size_t length = 0; length < bytes.size(); length += bytes.size() / 97) {
        write(home.file("cut.gguf"), bytes.substr(0, length));
        EXPECT_NE(GTO_OK, open_status(device, home.file("cut.gguf"))) << "cut to " << length << " bytes";
    }
}

// What a header says can be nonsense; libllama asserts some of it. Each must be an error and leave the process alive.
TEST(Target, NonsenseInTheHeaderIsAnError) {
    folder home;
    auto device = open_device();
    write_tiny_model({}, home.file("good.gguf"));
    const std::string good = contents(home.file("good.gguf"));
    const auto with_u32 = [&](const std::string & key, uint32_t value) {
        std::string bytes = good;
        const size_t at = bytes.find(key) + key.size() + 4; // behind the value's type
        memcpy(&bytes[at], &value, 4);
        write(home.file("bad.gguf"), bytes);
        return open_status(device, home.file("bad.gguf"));
    };
    EXPECT_NE(GTO_OK, with_u32("llama.block_count", 0));
    EXPECT_NE(GTO_OK, with_u32("llama.block_count", 100000));
    EXPECT_NE(GTO_OK, with_u32("llama.embedding_length", 0));
    EXPECT_NE(GTO_OK, with_u32("llama.embedding_length", 48));
    EXPECT_NE(GTO_OK, with_u32("llama.attention.head_count", 0));
    EXPECT_NE(GTO_OK, with_u32("llama.attention.head_count", 3));
    EXPECT_NE(GTO_OK, with_u32("llama.rope.dimension_count", 6));
    EXPECT_NE(GTO_OK, with_u32("llama.rope.dimension_count", 0));
    EXPECT_NE(GTO_OK, with_u32("llama.feed_forward_length", 65));
    EXPECT_NE(GTO_OK, with_u32("llama.attention.layer_norm_rms_epsilon", 0xBF800000u)) << "-1 as a float";
    EXPECT_EQ(GTO_OK, with_u32("llama.context_length", 64)) << "the way of changing it works";
}

TEST(Target, RequantizeChangesTheType) {
    tiny model;
    const std::string f16 = model.home.file("f16.gguf");
    ASSERT_OK(gto_target_requantize(model.path().c_str(), f16.c_str(), "F16", 1));
    auto smaller = open_target(model.device, f16);
    EXPECT_LT(gto_target_describe(smaller.get()).n_bytes, gto_target_describe(model.target.get()).n_bytes * 6 / 10);
    EXPECT_EQ(GTO_E_ARGUMENT, gto_target_requantize(model.path().c_str(), f16.c_str(), "F17", 1));
    EXPECT_EQ(GTO_E_IO, gto_target_requantize(model.home.file("none").c_str(), f16.c_str(), "F16", 1));
    EXPECT_EQ(GTO_E_IO, gto_target_requantize(model.path().c_str(), "/nowhere/f16.gguf", "F16", 1));
    EXPECT_NE(nullptr, strstr(gto_last_error(), "/nowhere")) << gto_last_error();
}

TEST(Target, HandlesAreGivenBack) {
    const int64_t before = gto_live_handles();
    {
        tiny model;
        auto session = open_session(model.target, exact_options());
        auto features = new_features(32);
        auto sampler = open_sampler(model.target, gto_sampler_options_default());
        EXPECT_EQ(before + 5, gto_live_handles());
    }
    EXPECT_EQ(before, gto_live_handles());
}
