// Reads templates by jinja2's grammar. What chat templates can't use (other files, blocks) is refused.
#pragma once

#include "jinja/syntax.h"

#include <string_view>

namespace gto::jinja {

// Raises a template_error with its line.
program parse_template(std::string_view source);

} // namespace gto::jinja
