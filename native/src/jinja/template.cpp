#include "jinja/template.h"

#include "jinja/interpreter.h"
#include "jinja/parser.h"

namespace gto::jinja {

chat_template::chat_template(std::string_view source) : program_(parse_template(source)) {}

text chat_template::render(budget & cost, const dict & variables, int64_t now) const {
    return interpreter(program_, cost, now).render(variables);
}

} // namespace gto::jinja
