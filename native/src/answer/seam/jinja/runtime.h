// What llama.cpp's chat parsers need of a Jinja interpreter, over gto::jinja.
#pragma once

#include "json.h"
#include "parser.h"

#include <memory>
#include <optional>
#include <string>

namespace jinja {

// Variables of one rendering.
struct context {
    explicit context(const std::string & source);
    common_json variables;
};

// Adds the fields of an object; those that are there already are replaced.
void global_from_json(context & to, const common_json & object, bool mark_input);

struct rendered_text {
    std::string bytes;
    const std::string & str() const { return bytes; }
};

struct rendered {
    rendered_text text;
    const rendered_text & as_string() const { return text; }
};

using value = std::shared_ptr<const rendered>;

struct runtime {
    explicit runtime(context & variables) : variables(variables) {}

    // Within a gto::answer_rendering, whose budget it spends. Raises a gto::jinja::template_error.
    value execute(const program & p);
    static value gather_string_parts(const value & v) { return v; }

    context & variables;
};

} // namespace jinja
