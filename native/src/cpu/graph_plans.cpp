#include "cpu/graph_plans.h"

#include "ggml-impl.h"

#include <algorithm>

namespace gto {

graph_plan & graph_plans::of(ggml_cgraph * graph) {
    constexpr size_t most = 4; // a target's and a few more sessions'
    const auto known =
        std::find_if(kept_.begin(), kept_.end(), [&](const kept & k) { return k.id != 0 && k.id == graph->uid; });
    if (known != kept_.end()) {
        kept_.splice(kept_.begin(), kept_, known);
    } else {
        auto plan = std::make_unique<graph_plan>(graph, scratch_, n_threads_);
        if (kept_.size() == most) kept_.pop_back();
        kept_.push_front({graph->uid, std::move(plan)});
    }
    return *kept_.front().plan;
}

} // namespace gto
