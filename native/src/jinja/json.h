// JSON in and out of templates' values.
#pragma once

#include "jinja/value.h"

#include <functional>
#include <string>
#include <string_view>

namespace gto::jinja {

// Whether a text at a path of object keys (list indexes are left out, e.g. {"messages", "role"}) is the template's own
// rather than said by somebody.
using is_own = std::function<bool(const std::vector<std::string_view> & path)>;

// Reads JSON (RFC 8259). Texts in it, keys too, are marked as said unless `own` knows better. Raises with the byte at
// which it isn't JSON, and for what is nested too deep.
value read_json(budget & cost, std::string_view json, const is_own & own);

struct json_style {
    bool ascii = false, sort_keys = false;
    std::string indent; // "": all on one line
    bool indented = false;
    std::string item_separator = ", ", key_separator = ": ";
};

// As Python's json.dumps writes it.
text write_json(budget & cost, const value & v, const json_style & style);

} // namespace gto::jinja
