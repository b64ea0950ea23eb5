#include "jinja/loop_state.h"

#include "jinja/interpreter.h"

#include <algorithm>

namespace gto::jinja {

namespace {

class loop_function : public function {
  public:
    loop_function(const std::string & name, std::shared_ptr<loop_state> loop)
        : function(name), loop_(std::move(loop)) {}
    value call(interpreter & in, call_arguments & arguments) override {
        if (name == "cycle") return loop_->cycle(arguments);
        return value(loop_->changed(in, arguments));
    }

  private:
    const std::shared_ptr<loop_state> loop_;
};

} // namespace

value loop_state::get(interpreter &, const std::string & name) {
    const int64_t at = (int64_t) index, n = (int64_t) items.size();
    if (name == "index") return value(at + 1);
    if (name == "index0") return value(at);
    if (name == "revindex") return value(n - at);
    if (name == "revindex0") return value(n - at - 1);
    if (name == "first") return value(at == 0);
    if (name == "last") return value(at == n - 1);
    if (name == "length") return value(n);
    if (name == "depth") return value((int64_t) depth_ + 1);
    if (name == "depth0") return value((int64_t) depth_);
    if (name == "previtem") return at == 0 ? make_undefined("there is no previous item") : items[index - 1];
    if (name == "nextitem") return at == n - 1 ? make_undefined("there is no next item") : items[index + 1];
    if (name == "cycle" || name == "changed") {
        return value(std::shared_ptr<function>(std::make_shared<loop_function>(name, shared_from_this())));
    }
    return make_undefined("the loop has no attribute '" + name + "'");
}

value loop_state::recurse(interpreter & in, const value & source) {
    if (!statement_.recursive) raise("the loop must have the 'recursive' marker to be called recursively");
    text out;
    in.run_loop(statement_, source, depth_ + 1, out);
    return in.make(std::move(out));
}

value loop_state::cycle(const call_arguments & arguments) const {
    if (arguments.positional.empty()) raise("no items for cycling given");
    return arguments.positional[index % arguments.positional.size()];
}

bool loop_state::changed(interpreter & in, const call_arguments & arguments) {
    const auto & now = arguments.positional;
    const bool same = last_ && last_->size() == now.size() &&
                      std::equal(now.begin(), now.end(), last_->begin(),
                                 [&](const value & a, const value & b) { return is_equal(in.cost, a, b); });
    last_ = now;
    return !same;
}

} // namespace gto::jinja
