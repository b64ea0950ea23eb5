// What llama.cpp's chat parsers (common/chat.cpp) need of a Jinja parser, over gto::jinja. The build puts this folder
// in place of llama.cpp's own common/jinja, so that no template is ever run without bounds.
#pragma once

#include <memory>
#include <string>

namespace gto::jinja {
class chat_template;
}

namespace jinja {

struct lexer_result {
    std::string source;
};

struct lexer {
    lexer_result tokenize(const std::string & source) { return {source}; }
};

struct program {
    std::shared_ptr<const gto::jinja::chat_template> parsed;
};

// Raises a gto::jinja::template_error if the template can't be read.
program parse_from_tokens(const lexer_result & read);

} // namespace jinja
