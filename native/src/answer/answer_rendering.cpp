#include "answer/answer_rendering.h"

#include "common/status.h"

namespace gto {

static thread_local answer_rendering * innermost = nullptr;

answer_rendering::answer_rendering(jinja::budget & cost, int64_t now) : cost(cost), now(now), around_(innermost) {
    innermost = this;
}

answer_rendering::~answer_rendering() { innermost = around_; }

answer_rendering & answer_rendering::current() {
    if (!innermost) fail(GTO_E_INTERNAL, "a template is rendered without bounds");
    return *innermost;
}

} // namespace gto
