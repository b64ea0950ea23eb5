// jinja2's tests: value is name(arguments).
#pragma once

#include "jinja/value.h"

#include <string>

namespace gto::jinja {

using test_function = bool (*)(interpreter & in, const value & operand, call_arguments & arguments);

// nullptr if there is none of that name.
test_function find_test(const std::string & name);

} // namespace gto::jinja
