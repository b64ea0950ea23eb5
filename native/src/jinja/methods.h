// Methods of texts, lists and dicts.
#pragma once

#include "jinja/value.h"

#include <string>

namespace gto::jinja {

// object.name as a function; undefined if there is no such method, or if it would change the object.
value find_method(const value & object, const std::string & name);

// Whether a dict has a method of that name that changes it.
bool changes_dict(const std::string & name);

// Text without the characters of a set at its ends; without a set, without the space.
text stripped(budget & cost, const text & t, const text * set, bool left, bool right);
// str.replace; count < 0: all.
text replaced(interpreter & in, const text & t, const text & old, const text & with, int64_t count);
text capitalized(const text & t);
text in_upper_case(const text & t);
text in_lower_case(const text & t);

} // namespace gto::jinja
