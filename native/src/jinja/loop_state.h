// The variable `loop` of a loop that runs.
#pragma once

#include "jinja/syntax.h"

#include <memory>
#include <optional>
#include <vector>

namespace gto::jinja {

class loop_state : public attributes, public std::enable_shared_from_this<loop_state> {
  public:
    loop_state(const statement & s, std::vector<value> items, int depth)
        : items(std::move(items)), statement_(s), depth_(depth) {}

    value get(interpreter & in, const std::string & name) override;
    std::string repr() const override { return "<LoopContext>"; }

    // loop(items) of a recursive loop.
    value recurse(interpreter & in, const value & source);
    value cycle(const call_arguments & arguments) const;
    // Whether it differs from what the last call was given.
    bool changed(interpreter & in, const call_arguments & arguments);

    const std::vector<value> items;
    size_t index = 0;

  private:
    const statement & statement_;
    const int depth_;
    std::optional<std::vector<value>> last_;
};

} // namespace gto::jinja
