// Reads GBNF, the grammars of llama.cpp.
#pragma once

#include "grammar/grammar.h"

#include <functional>
#include <string_view>

namespace gto {

// The token that a text such as "<think>" is, -1 if it isn't one token.
using find_token = std::function<int32_t(std::string_view)>;

// The rule "root" and what it needs. Fails with GTO_E_FORMAT, which names line, column and what is wrong; among that
// what is too large: more than a MiB of text, groups nested deeper than 256, more than 50,000 rules or 500,000 symbols
// with repetitions written out.
grammar parse_grammar(std::string_view gbnf, const find_token & token);

} // namespace gto
