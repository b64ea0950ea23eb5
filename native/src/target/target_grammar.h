// Grammars over a target's tokens.
#pragma once

#include "grammar/grammar_filter.h"

#include <memory>

struct gto_target;

namespace gto {

// Fails with GTO_E_FORMAT if the GBNF can't be read.
std::unique_ptr<grammar_filter> open_grammar(const gto_target & target, const char * gbnf,
                                             uint64_t most_steps = grammar_filter::default_steps);

} // namespace gto
