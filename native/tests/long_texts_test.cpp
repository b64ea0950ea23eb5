// Long texts without a break, tokenised on stacks that libllama alone would overflow.
#include "common/large_stack.h"
#include "common/status.h"
#include "support/handles.h"

#include <cstring>
#include <string>
#include <vector>

using namespace gto_test;

namespace {

// The thread sanitizer can't record stacks of more than 65,535 frames.
#if defined(__SANITIZE_THREAD__)
constexpr size_t longest_word = 8000;
#else
constexpr size_t longest_word = 30000;
#endif

// On a stack as small as a JVM's threads may have.
template <class F> void on_small_stack(F && f) { gto::run_on_large_stack(256 << 10, f); }

gto_status tokenize(const tiny & model, const std::string & text, int32_t & n) {
    std::vector<int32_t> tokens(text.size() + 16);
    return gto_target_tokenize(model.target.get(), text.data(), (int32_t) text.size(), false, false, tokens.data(),
                               (int32_t) tokens.size(), &n);
}

std::string repeated(const std::string & part, size_t n) {
    std::string text;
    for (size_t i = 0; i < n; i++) text += part;
    return text;
}

} // namespace

TEST(LongTexts, WordsOfAnyLengthAreTokensOrAnError) {
    for (const char * pre : {"gpt-4o", "tekken", "deepseek-v3", "deepseek-llm", "youtu", "exaone-moe", "bloom",
                             "jais-2", "superbpe", "default", "gpt-2", "llama-bpe", "qwen2"}) {
        tiny_options options;
        options.layers = 1;
        options.pre = pre;
        tiny model(options);
        for (const char * part :
             {"x", "A", "7", "!", " ", "\n", "\xC3\xA9", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80", "xY", "x y "}) {
            for (size_t length : {(size_t) 4000, longest_word}) {
                if (length > 4000 && strcmp(pre, "superbpe") == 0) continue;
                const std::string text = repeated(part, length / strlen(part)) + "z";
                on_small_stack([&] {
                    int32_t n = 0;
                    EXPECT_OK(tokenize(model, text, n)) << pre;
                    EXPECT_LT(0, n);
                });
            }
        }
    }
}

TEST(LongTexts, WhatIsTooLongIsAnErrorThatSaysSo) {
    tiny_options options;
    options.layers = 1;
    options.pre = "tekken";
    tiny model(options);
    int32_t n = 0;
    EXPECT_EQ(GTO_E_ARGUMENT, tokenize(model, std::string(300000, 'x'), n));
    EXPECT_NE(nullptr, strstr(gto_last_error(), "300000")) << gto_last_error();
    EXPECT_OK(tokenize(model, repeated("word ", 60000), n));
    options.pre = "superbpe";
    tiny digits(options);
    EXPECT_EQ(GTO_E_ARGUMENT, tokenize(digits, std::string(5000, '1'), n));
}

TEST(LongTexts, ManySpecialTokensTakeNoLongerThanTheyMust) {
    tiny_options options;
    options.layers = 1;
    options.user_defined = {"\n\n", "  "};
    tiny model(options);
    int32_t n = 0;
    EXPECT_OK(tokenize(model, repeated("\n\n  ", 200000), n));
    EXPECT_EQ(400000, n);
}

TEST(LargeStack, CarriesExceptionsAndTakesMemoryOnlyAsItIsTouched) {
    EXPECT_THROW(gto::run_on_large_stack(1 << 20, [] { gto::fail(GTO_E_FORMAT, "carried"); }), gto::error);
    int ran = 0;
    gto::run_on_large_stack((size_t) 8 << 30, [&] { ran++; });
    EXPECT_EQ(1, ran);
}

TEST(Errors, AreNotCut) {
    const std::string path = "/" + repeated("long-name/", 300);
    gto_target * target = nullptr;
    auto device = open_device();
    EXPECT_EQ(GTO_E_IO, gto_target_open(device.get(), path.c_str(), &target));
    EXPECT_NE(nullptr, strstr(gto_last_error(), path.c_str())) << gto_last_error();
}
