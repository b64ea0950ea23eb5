// Chat templates, rendered as Python's transformers renders them: jinja2's immutable sandbox with trim_blocks,
// lstrip_blocks, loop controls, raise_exception, strftime_now and json.dumps as tojson.
#pragma once

#include "jinja/budget.h"
#include "jinja/syntax.h"

#include <cstdint>
#include <string_view>

namespace gto::jinja {

// Stack that the deepest template that is allowed needs, several times; only what is touched takes memory.
inline constexpr size_t stack_bytes = (size_t) 64 << 20;

class chat_template {
  public:
    // Raises a template_error with its line if it can't be read. On a thread with a large stack.
    explicit chat_template(std::string_view source);

    // now: seconds since 1970 on the clock of strftime_now. Raises a template_error where the template does, or where
    // rendering takes more than the budget has left. On a thread with a large stack. Any number of threads may render
    // at a time.
    text render(budget & cost, const dict & variables, int64_t now) const;

  private:
    program program_;
};

} // namespace gto::jinja
