// Where special tokens stand in a text, as libllama's tokenizer finds them, but never in what a user or a model wrote.
#pragma once

#include "llama.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gto {

// Bytes begin..end-1 of a text.
struct byte_span {
    int32_t begin, end;
};

// A part of a text: a special token, or text that holds none.
struct fragment {
    byte_span span;
    llama_token token; // -1: text
    // text that is cut from the text before it only so that no special token is read across the cut
    bool goes_on = false;
};

class special_tokens {
  public:
    explicit special_tokens(const llama_vocab * vocab);

    // Cuts a text at its special tokens. `contents` are the spans, in order and not overlapping, in which no control
    // token counts: one that has as much as a byte in them is text. User-defined tokens (runs of spaces, HTML tags,
    // "<think>") count everywhere, as they do in libllama; those that look like control tokens ("<|user|>", tokens that
    // end an answer) count as such.
    std::vector<fragment> split(std::string_view text, const std::vector<byte_span> & contents) const;

    // Whether a text holds the text of a control token.
    bool any_in(std::string_view text) const;

  private:
    struct special {
        llama_token id;
        std::string text;
        bool control, user_defined, strips_left, strips_right;
    };
    struct split_text {
        std::vector<fragment> parts;
        std::vector<size_t> cuts; // places inside user-defined tokens that don't count, which libllama would find again
    };
    static void cut_out(const special & s, std::string_view text, const std::vector<byte_span> & contents,
                        split_text & split);

    std::vector<special> all_; // in libllama's order
};

} // namespace gto
