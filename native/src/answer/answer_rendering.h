// The bounds within which llama.cpp's chat parsers render templates.
#pragma once

#include "jinja/budget.h"

#include <cstdint>

namespace gto {

// While one is in scope, templates that this thread renders through answer/seam spend its budget. On a thread with a
// large stack (jinja::stack_bytes).
class answer_rendering {
  public:
    // now: seconds since 1970 on the clock that strftime_now reads.
    answer_rendering(jinja::budget & cost, int64_t now);
    ~answer_rendering();
    answer_rendering(const answer_rendering &) = delete;
    answer_rendering & operator=(const answer_rendering &) = delete;

    jinja::budget & cost;
    const int64_t now;

    // Of this thread. Fails with GTO_E_INTERNAL if there is none.
    static answer_rendering & current();

  private:
    answer_rendering * const around_;
};

} // namespace gto
