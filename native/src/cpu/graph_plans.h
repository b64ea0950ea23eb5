// Plans of the graphs that are computed again and again.
#pragma once

#include "cpu/graph_plan.h"

#include <list>
#include <memory>

namespace gto {

class graph_plans {
  public:
    explicit graph_plans(int n_threads) : n_threads_(n_threads) {}

    // The graph's plan, until the next call. A graph that ggml has numbered keeps it.
    graph_plan & of(ggml_cgraph * graph);

  private:
    struct kept {
        uint64_t id;
        std::unique_ptr<graph_plan> plan;
    };
    const int n_threads_;
    plan_scratch scratch_;
    std::list<kept> kept_; // the latest first
};

} // namespace gto
