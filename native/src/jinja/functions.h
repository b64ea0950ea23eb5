// What templates can call by name: range, namespace, dict, raise_exception, strftime_now, ...
#pragma once

#include "jinja/value.h"

#include <memory>
#include <string>

namespace gto::jinja {

// nullptr if there is none of that name.
std::shared_ptr<function> find_function(const std::string & name);

} // namespace gto::jinja
