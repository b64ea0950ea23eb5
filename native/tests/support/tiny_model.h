// Tiny random targets: GGUF files that stock libllama loads, small enough to enumerate what they can say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gto_test {

struct tiny_options {
    // llama, qwen2, qwen3, qwen3moe, gpt-oss, gemma3, phi2, phi3, gptneox, lfm2 (partly recurrent), mamba (recurrent),
    // bert (an encoder) or eagle3 (a draft; only its header)
    std::string arch = "llama";
    // 260..936: a byte-level vocabulary: id b < 256 is byte b, then <s>, </s>, <|im_start|>, <|im_end|>, then merged
    // letters. 4..258: letters "a", "b", ..., and the last two ids are <s> and </s>. With pieces: <unk>, <s>, </s>, 256
    // bytes, <|im_start|>, <|im_end|>, "\u2581", letters, pairs of letters with and without "\u2581" before them.
    int32_t vocab = 320;
    // tokenizer.ggml.pre of the byte-level vocabulary: how texts are split into words
    std::string pre = "gpt-2";
    bool pieces = false;  // a SentencePiece vocabulary of 290..936 instead
    bool add_eos = false; // the tokenizer asks for EOS after each text
    // tokens of these types, before the merged letters; with 260 tokens or more
    std::vector<std::string> control, user_defined;
    int32_t embd = 32, layers = 6, heads = 4, kv_heads = 2, ff = 64, context = 2048;
    int32_t head_dim = 0; // 0: embd / heads
    uint32_t seed = 1;
    // Standard deviation of the logits, about: larger = peakier distributions.
    float scale = 3.0f;
    std::string type = "F32"; // of matrices: F32 or F16
    bool tied = false;        // the head is the embedding (then scale means nothing)
    bool chat_template = true;
    std::string template_text; // of the chat template, e.g. "llama2" (a name that libllama knows); empty: ChatML
    int32_t nan_token = -1;    // its embedding holds NaN; -1: none's does
    bool fused = false;        // queries, keys and values are one tensor; phi2, phi3 and gptneox have them so anyway
    bool rope_freqs = false;   // frequency factors of RoPE, as Llama 3 has
    int32_t parts = 1;         // files; of several the path is that of the first, e.g. "tiny-00001-of-00003.gguf"
    float soft_cap = 0;        // of the logits, gemma3 only; 0: none
};

// A target of an architecture; gemma3's heads are wider than their share of the hidden state.
inline tiny_options options_of(const std::string & arch) {
    tiny_options options;
    options.arch = arch;
    if (arch == "gemma3") options.head_dim = 16;
    return options;
}

// Throws std::runtime_error if the options can't be met or the file can't be written.
void write_tiny_model(const tiny_options & options, const std::string & path);

} // namespace gto_test
