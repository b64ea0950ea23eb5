// Chat templates, rendered as Python's transformers renders them: jinja2's immutable sandbox with trim_blocks,
// lstrip_blocks, loop controls, raise_exception, strftime_now and json.dumps as tojson.
#pragma once

#include "jinja/budget.h"
#include "jinja/json.h"
#include "jinja/syntax.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gto::jinja {

class chat_template {
  public:
    // Raises a template_error with its line if it can't be read.
    explicit chat_template(std::string_view source);

    // variables: a JSON object. now: seconds since 1970 on the clock of strftime_now. Raises a template_error where the
    // template does, or where rendering takes more than `most` allows; its line is 0 if the JSON is wrong. Any number
    // of threads may render at a time.
    text render(std::string_view variables, const is_own & own, int64_t now, const limits & most = {}) const;

  private:
    program program_;
};

} // namespace gto::jinja
