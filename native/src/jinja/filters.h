// jinja2's filters: value|name(arguments).
#pragma once

#include "jinja/value.h"

#include <string>

namespace gto::jinja {

using filter_function = value (*)(interpreter & in, const value & operand, call_arguments & arguments);

// nullptr if there is none of that name.
filter_function find_filter(const std::string & name);

} // namespace gto::jinja
