// Texts with gaps: Python's %, str.format and strftime.
#pragma once

#include "jinja/value.h"

#include <string>

namespace gto::jinja {

// format % arguments
text percent_format(interpreter & in, const text & format, const value & arguments);
// format.format(...)
text brace_format(interpreter & in, const text & format, const call_arguments & arguments);
// datetime.strftime of seconds since 1970, without a time zone.
std::string time_format(int64_t seconds, const std::string & format);

// &, <, >, ' and " as HTML writes them. Text that is Markup stays.
text html_escaped(const text & t);

} // namespace gto::jinja
