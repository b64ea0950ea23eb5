#include "jinja/template.h"

#include "common/large_stack.h"
#include "jinja/interpreter.h"
#include "jinja/parser.h"

namespace gto::jinja {

namespace {

constexpr size_t stack_bytes = (size_t) 64 << 20; // what the deepest that is allowed takes, several times

} // namespace

chat_template::chat_template(std::string_view source) {
    run_on_large_stack(stack_bytes, [&] { program_ = parse_template(source); });
}

text chat_template::render(std::string_view variables, const is_own & own, int64_t now, const limits & most) const {
    text out;
    run_on_large_stack(stack_bytes, [&] {
        budget cost(most);
        const value all = read_json(cost, variables, own);
        if (!all.as_dict()) raise("expected a JSON object of variables, found '%s'", type_name(all));
        interpreter in(program_, cost, now);
        out = in.render(*all.as_dict());
    });
    return out;
}

} // namespace gto::jinja
