#include "target/tokenizer.h"

#include "common/large_stack.h"
#include "common/last_net.h"
#include "target/target.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace gto {

namespace {

// libllama splits texts into words by std::regex, which goes 320 bytes deeper into the stack with each character of a
// match.
constexpr size_t stack_per_character = 640, stack_besides = (size_t) 1 << 20;
constexpr size_t short_run = 64;
constexpr size_t longest_run = 1 << 18;
constexpr size_t longest_superbpe_run = 1 << 12; // its expression takes time by the square of a run

bool is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The most characters without a space, or of space alone. Others than ASCII count as both.
size_t longest_stretch(std::string_view text) {
    size_t words = 0, spaces = 0, longest = 0;
    for (const char c : text) {
        const uint8_t byte = (uint8_t) c;
        if ((byte & 0xC0) == 0x80) continue; // goes on with a character
        if (byte < 0x80) (is_space(byte) ? words : spaces) = 0;
        if (!is_space(byte)) words++;
        if (is_space(byte) || byte >= 0x80) spaces++;
        longest = std::max({longest, words, spaces});
    }
    return longest;
}

std::string word_splitter(const gto_target & target) {
    char name[64] = "";
    llama_model_meta_val_str(target.model.get(), "tokenizer.ggml.pre", name, sizeof name);
    return name;
}

// The longest match of a text that a tokenizer's expressions may try. 0: they are never tried.
size_t longest_match(const gto_target & target, std::string_view text) {
    if (llama_vocab_type(target.vocab) != LLAMA_VOCAB_TYPE_BPE) return 0;
    const size_t stretch = longest_stretch(text);
    if (text.size() <= short_run) return stretch;
    const std::string splitter = word_splitter(target);
    const size_t allowed = splitter == "superbpe" ? longest_superbpe_run : longest_run;
    if (stretch > allowed) {
        fail(GTO_E_ARGUMENT,
             "text of %zu bytes: expected at most %zu characters without a space between them, found %zu", text.size(),
             allowed, stretch);
    }
    if (splitter != "exaone-moe") return stretch; // its words go on over spaces
    if (text.size() > longest_run) {
        fail(GTO_E_ARGUMENT, "text of %zu bytes: this tokenizer (%s) takes at most %zu", text.size(), splitter.c_str(),
             longest_run);
    }
    return text.size();
}

void call_libllama(const gto_target & target, std::string_view text, bool add_special, std::vector<llama_token> & out) {
    last_net net(target.path);
    const size_t before = out.size();
    out.resize(before + text.size() + 16);
    int32_t n = 0;
    try {
        n = llama_tokenize(target.vocab, text.data(), (int32_t) text.size(), out.data() + before,
                           (int32_t) std::min<size_t>(out.size() - before, INT32_MAX), add_special, false);
    } catch (const error &) {
        throw;
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception & e) {
        fail(GTO_E_ARGUMENT, "text of %zu bytes: libllama can't tokenise it: %s", text.size(), e.what());
    }
    if (n < 0) fail(GTO_E_ARGUMENT, "text of %zu bytes: more tokens than can be counted", text.size());
    out.resize(before + n);
}

void append_text(const gto_target & target, std::string_view text, std::vector<llama_token> & out) {
    const size_t depth = longest_match(target, text);
    if (depth <= short_run) {
        call_libllama(target, text, false, out);
    } else {
        run_on_large_stack(stack_besides + depth * stack_per_character,
                           [&] { call_libllama(target, text, false, out); });
    }
}

// Text in the middle of a text: where the tokenizer begins a text with a space, it must not.
void append_rest(const gto_target & target, std::string_view text, std::vector<llama_token> & out) {
    if (llama_vocab_type(target.vocab) == LLAMA_VOCAB_TYPE_BPE) {
        append_text(target, text, out);
        return;
    }
    std::vector<llama_token> line, both;
    append_text(target, "\n", line);
    append_text(target, "\n" + std::string(text), both);
    if (both.size() >= line.size() && std::equal(line.begin(), line.end(), both.begin())) {
        out.insert(out.end(), both.begin() + (ptrdiff_t) line.size(), both.end());
    } else {
        append_text(target, text, out);
    }
}

// What the tokenizer puts before each text, without what it puts behind.
std::vector<llama_token> beginning(const gto_target & target) {
    std::vector<llama_token> tokens;
    call_libllama(target, "", true, tokens);
    const bool closed = llama_vocab_get_add_eos(target.vocab) || llama_vocab_type(target.vocab) == LLAMA_VOCAB_TYPE_WPM;
    if (closed && !tokens.empty()) tokens.pop_back();
    return tokens;
}

} // namespace

std::vector<llama_token> tokenize(const gto_target & target, std::string_view text, bool add_bos,
                                  const std::vector<byte_span> & contents) {
    const std::vector<fragment> fragments = target.specials->split(text, contents);
    std::vector<llama_token> tokens;
    const bool has_bos =
        !fragments.empty() && fragments[0].token >= 0 && fragments[0].token == llama_vocab_bos(target.vocab);
    if (add_bos && !has_bos) tokens = beginning(target);
    for (const fragment & part : fragments) {
        const std::string_view piece = text.substr(part.span.begin, part.span.end - part.span.begin);
        if (part.token >= 0) {
            tokens.push_back(part.token);
        } else if (part.goes_on) {
            append_rest(target, piece, tokens);
        } else {
            append_text(target, piece, tokens);
        }
    }
    return tokens;
}

} // namespace gto
