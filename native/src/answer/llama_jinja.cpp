// llama.cpp's chat parsers render their templates with gto::jinja.
#include "answer/answer_rendering.h"
#include "answer/seam/jinja/runtime.h"
#include "jinja/json.h"
#include "jinja/template.h"

namespace jinja {

namespace {

// As where conversations are rendered (target/chat_text), these are there, and nothing.
const char * const always_there[] = {"documents", "tools"};

std::shared_ptr<const gto::jinja::dict> values_of(gto::jinja::budget & cost, const common_json & object) {
    auto all = std::make_shared<gto::jinja::dict>();
    for (const char * name : always_there) all->set(gto::jinja::own_text(cost, name), gto::jinja::none{});
    const gto::jinja::value given = gto::jinja::read_json(cost, object.dump(), [](const auto &) { return true; });
    for (const auto & [name, v] : given.as_dict()->entries()) all->set(name, v);
    return all;
}

} // namespace

program parse_from_tokens(const lexer_result & read) {
    return {std::make_shared<const gto::jinja::chat_template>(read.source)};
}

context::context(const std::string &) : variables(common_json::object()) {}

void global_from_json(context & to, const common_json & object, bool) {
    for (const auto & [name, v] : object.items()) to.variables[name] = v;
}

value runtime::execute(const program & p) {
    gto::answer_rendering & within = gto::answer_rendering::current();
    const auto text = p.parsed->render(within.cost, *values_of(within.cost, variables.variables), within.now);
    return std::make_shared<const rendered>(rendered{{text.bytes()}});
}

} // namespace jinja
