// Filters of sequences.
#pragma once

#include "jinja/filters.h"

namespace gto::jinja {

// nullptr if there is none of that name.
filter_function find_list_filter(const std::string & name);

} // namespace gto::jinja
