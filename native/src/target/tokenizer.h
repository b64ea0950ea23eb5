// Texts become tokens by libllama's tokenizer, whatever they hold.
#pragma once

#include "target/special_tokens.h"

#include <string_view>
#include <vector>

struct gto_target;

namespace gto {

// Tokens of a text in which control tokens count outside of `contents` only. add_bos: with the BOS that the model
// wants, unless the text begins with it; no EOS. Fails with GTO_E_ARGUMENT if the text is more than the tokenizer can
// take.
std::vector<llama_token> tokenize(const gto_target & target, std::string_view text, bool add_bos,
                                  const std::vector<byte_span> & contents);

} // namespace gto
