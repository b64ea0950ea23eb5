// Grammars over a target's tokens.
#pragma once

#include "grammar/triggered_grammar.h"

#include <memory>

struct gto_target;

namespace gto {

// Fails with GTO_E_FORMAT if the GBNF can't be read.
std::unique_ptr<grammar_filter> open_grammar(const gto_target & target, const char * gbnf,
                                             uint64_t most_steps = grammar_filter::default_steps);

// The same from where a trigger stands in the text; from its beginning, behind `prefix`, if there are none.
std::unique_ptr<triggered_grammar> open_triggered_grammar(const gto_target & target, const char * gbnf,
                                                          const std::vector<grammar_trigger> & triggers,
                                                          const std::string & prefix = "");

} // namespace gto
