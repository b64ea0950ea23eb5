// Conversations as gto_target_chat takes them.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace gto_test {

// A text in JSON's quotes.
std::string quoted(const std::string & text);

// {"messages": [{"role": ..., "content": ...}, ...], "add_generation_prompt": true}
std::string chat_request(const std::vector<std::pair<std::string, std::string>> & messages);

} // namespace gto_test
