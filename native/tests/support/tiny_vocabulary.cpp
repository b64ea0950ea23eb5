#include "support/tiny_vocabulary.h"

#include <cstdio>
#include <stdexcept>

namespace gto_test {

namespace {

constexpr int32_t most_tokens = 256 + 4 + 26 * 26; // bytes, control tokens, pairs of letters
constexpr int32_t fewest_pieces = 3 + 256 + 2 + 1 + 26 + 2;

std::string utf8(uint32_t code) {
    if (code < 0x80) return std::string(1, (char) code);
    return {(char) (0xC0 | (code >> 6)), (char) (0x80 | (code & 0x3F))};
}

// The letter that GPT-2's byte-level BPE writes a byte as.
std::vector<std::string> byte_letters() {
    std::vector<std::string> letters;
    uint32_t next = 256;
    for (uint32_t b = 0; b < 256; b++) {
        const bool printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE);
        letters.push_back(utf8(printable ? b : next++));
    }
    return letters;
}

std::string left_of_pair(int32_t i) { return std::string(1, (char) ('a' + i % 26)); }
std::string right_of_pair(int32_t i) { return std::string(1, (char) ('a' + (i / 26 + i) % 26)); }

vocabulary byte_vocabulary(const tiny_options & o) {
    vocabulary v;
    for (const std::string & letter : byte_letters()) v.add(letter, NORMAL);
    v.bos = 256;
    v.eos = 257;
    for (const char * control : {"<s>", "</s>", "<|im_start|>", "<|im_end|>"}) v.add(control, CONTROL);
    for (const std::string & token : o.control) v.add(token, CONTROL);
    for (const std::string & token : o.user_defined) v.add(token, USER_DEFINED);
    for (int32_t i = 0; (int32_t) v.tokens.size() < o.vocab; i++) {
        v.add(left_of_pair(i) + right_of_pair(i), NORMAL);
        v.merges.push_back(left_of_pair(i) + " " + right_of_pair(i));
    }
    return v;
}

vocabulary letter_vocabulary(int32_t size) {
    vocabulary v;
    const std::vector<std::string> letters = byte_letters();
    for (int32_t i = 0; i < size - 2; i++) v.add(letters[('a' + i) % 256], NORMAL);
    v.bos = size - 2;
    v.eos = size - 1;
    v.add("<s>", CONTROL);
    v.add("</s>", CONTROL);
    return v;
}

vocabulary piece_vocabulary(const tiny_options & o) {
    const std::string space = "\xE2\x96\x81";
    vocabulary v;
    v.bos = 1;
    v.eos = 2;
    v.add("<unk>", UNKNOWN);
    v.add("<s>", CONTROL);
    v.add("</s>", CONTROL);
    for (int byte = 0; byte < 256; byte++) {
        char name[8];
        snprintf(name, sizeof name, "<0x%02X>", byte);
        v.add(name, BYTE);
    }
    for (const char * control : {"<|im_start|>", "<|im_end|>"}) v.add(control, CONTROL);
    for (const std::string & token : o.control) v.add(token, CONTROL);
    for (const std::string & token : o.user_defined) v.add(token, USER_DEFINED);
    v.add(space, NORMAL, -1000);
    for (char letter = 'a'; letter <= 'z'; letter++) {
        v.add(std::string(1, letter), NORMAL, -1000.0f - (float) (letter - 'a'));
    }
    for (int32_t i = 0; (int32_t) v.tokens.size() < o.vocab; i++) {
        const int32_t pair = i / 2;
        v.add(i % 2 == 0 ? left_of_pair(pair) + right_of_pair(pair) : space + left_of_pair(pair), NORMAL,
              (float) -i - 1);
        // "\u2581a" comes once
        if (i % 2 == 1 && pair >= 26) {
            v.tokens.pop_back();
            v.types.pop_back();
            v.scores.pop_back();
        }
    }
    return v;
}

} // namespace

void check_vocabulary(const tiny_options & o) {
    const int32_t extra = (int32_t) (o.control.size() + o.user_defined.size());
    if (o.pieces) {
        if (o.vocab < fewest_pieces + extra || o.vocab > most_tokens) {
            throw std::runtime_error("vocab: expected 290..936 pieces, found " + std::to_string(o.vocab));
        }
        return;
    }
    if (o.vocab < 4 || o.vocab == 259 || o.vocab > most_tokens) {
        throw std::runtime_error("vocab: expected 4..258 or 260..936, found " + std::to_string(o.vocab));
    }
    if (extra > 0 && o.vocab < 260 + extra)
        throw std::runtime_error("vocab: no room for the control and user-defined tokens");
}

vocabulary tiny_vocabulary(const tiny_options & options) {
    if (options.pieces) return piece_vocabulary(options);
    return options.vocab >= 260 ? byte_vocabulary(options) : letter_vocabulary(options.vocab);
}

} // namespace gto_test
