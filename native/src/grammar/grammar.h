// A context-free grammar of characters and tokens, as GBNF writes it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gto {

enum class symbol_kind : uint8_t { end, character, char_class, any, token, other_token, rule };

// One place of an alternative. value: the code point, the index of the class, the token (other_token: any but it), the
// index of the rule.
struct grammar_symbol {
    symbol_kind kind;
    uint32_t value;
};

struct char_class {
    std::vector<std::pair<uint32_t, uint32_t>> ranges; // first and last code point
    bool negated;

    bool holds(uint32_t c) const {
        for (const auto & range : ranges) {
            if (range.first <= c && c <= range.second) return !negated;
        }
        return negated;
    }
    // Whether one of the code points low..high is in the class.
    bool holds_one_of(uint32_t low, uint32_t high) const;
};

struct grammar {
    std::vector<grammar_symbol> symbols;             // alternatives one after the other, each with an end behind it
    std::vector<std::vector<uint32_t>> alternatives; // [rule]: where each begins in `symbols`
    std::vector<char_class> classes;
    uint32_t root = 0;
};

} // namespace gto
