// JSON schema to GBNF.
#pragma once

#include <string>
#include <string_view>

namespace gto {

// The grammar of the JSON texts that a schema describes. Fails with GTO_E_ARGUMENT if it isn't JSON, or naming what in
// it no grammar can say. On a thread with a large stack.
std::string json_schema_grammar(std::string_view schema);

} // namespace gto
