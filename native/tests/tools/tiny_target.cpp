// Writes a tiny random target for tests: tiny_target --out FILE [options], see usage().
#include "support/tiny_model.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>

using namespace gto_test;

static int usage() {
    fputs(
        "usage: tiny_target --out FILE [--arch "
        "llama|qwen2|qwen3|qwen3moe|gpt-oss|gemma3|phi2|phi3|gptneox|lfm2|mamba|bert|eagle3] [--vocab 320] [--embd 32] "
        "[--layers 6]\n"
        "         [--heads 4] [--kv-heads 2] [--head-dim N] [--tied] [--ff 64] [--context 2048] [--seed 1] [--scale "
        "3] [--type F32|F16]\n"
        "         [--no-template | --template TEXT] [--nan-token ID] [--fused] [--rope-freqs] [--parts 1] [--pre "
        "gpt-2 | --pieces] [--add-eos]\n"
        "         [--control TOKEN]... [--user-defined TOKEN]...\n"
        "--vocab 260..936: bytes, <s>, </s>, <|im_start|>, <|im_end|>, merged letters; 4..258: letters, <s>, </s>.\n"
        "--template: a chat template or the name of one that libllama knows, e.g. llama2; ChatML by default.\n"
        "--fused: queries, keys and values in one tensor. --parts: FILE is the first of several, e.g. "
        "tiny-00001-of-00003.gguf.\n"
        "--pre: how texts are split into words, e.g. gpt-4o, tekken, deepseek-v3; --pieces: a SentencePiece "
        "vocabulary of 290..936.\n"
        "--nan-token: a token whose embedding holds NaN. --scale: standard deviation of the logits; larger = "
        "peakier.\n",
        stderr);
    return 2;
}

static long integer(const char * text) {
    char * end = nullptr;
    const long value = strtol(text, &end, 10);
    if (end == text || *end) throw std::runtime_error(std::string("expected an integer, found ") + text);
    return value;
}

static bool set(tiny_options & o, std::string & out, const char * name, const char * value) {
    const struct {
        const char * name;
        int32_t * field;
    } integers[] = {{"--vocab", &o.vocab},
                    {"--embd", &o.embd},
                    {"--layers", &o.layers},
                    {"--heads", &o.heads},
                    {"--ff", &o.ff},
                    {"--kv-heads", &o.kv_heads},
                    {"--context", &o.context},
                    {"--nan-token", &o.nan_token},
                    {"--head-dim", &o.head_dim},
                    {"--parts", &o.parts}};
    for (const auto & i : integers) {
        if (strcmp(name, i.name) == 0) {
            *i.field = (int32_t) integer(value);
            return true;
        }
    }
    const std::string option = name;
    if (option == "--out") {
        out = value;
    } else if (option == "--arch") {
        o.arch = value;
    } else if (option == "--type") {
        o.type = value;
    } else if (option == "--template") {
        o.template_text = value;
    } else if (option == "--pre") {
        o.pre = value;
    } else if (option == "--control") {
        o.control.push_back(value);
    } else if (option == "--user-defined") {
        o.user_defined.push_back(value);
    } else if (option == "--seed") {
        o.seed = (uint32_t) integer(value);
    } else if (option == "--scale") {
        o.scale = strtof(value, nullptr);
    } else {
        return false;
    }
    return true;
}

int main(int argc, char ** argv) {
    try {
        tiny_options options;
        std::string out;
        for (int i = 1; i < argc; i++) {
            if (strcmp(argv[i], "--no-template") == 0) {
                options.chat_template = false;
            } else if (strcmp(argv[i], "--tied") == 0) {
                options.tied = true;
            } else if (strcmp(argv[i], "--fused") == 0) {
                options.fused = true;
            } else if (strcmp(argv[i], "--rope-freqs") == 0) {
                options.rope_freqs = true;
            } else if (strcmp(argv[i], "--pieces") == 0) {
                options.pieces = true;
            } else if (strcmp(argv[i], "--add-eos") == 0) {
                options.add_eos = true;
            } else if (i + 1 >= argc || !set(options, out, argv[i], argv[i + 1])) {
                return usage();
            } else {
                i++;
            }
        }
        if (out.empty()) return usage();
        write_tiny_model(options, out);
        return 0;
    } catch (const std::exception & e) {
        fprintf(stderr, "tiny_target: %s\n", e.what());
        return 1;
    }
}
