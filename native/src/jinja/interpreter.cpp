#include "jinja/interpreter.h"

#include "jinja/filters.h"
#include "jinja/functions.h"
#include "jinja/loop_state.h"
#include "jinja/tests.h"
#include "jinja/unicode.h"

#include <algorithm>

namespace gto::jinja {

namespace {

int depth_of(const value & v) {
    if (const list * l = v.as_list()) return l->depth;
    if (const dict * d = v.as_dict()) return d->depth;
    return 0;
}

// jinja2's namespace(): attributes that templates set.
class name_space : public attributes {
  public:
    name_space(budget & cost, std::vector<dict::entry> entries) : memory_(cost, sizeof(name_space)) {
        for (const auto & [key, v] : entries) names_.set(key, v);
    }
    value get(interpreter &, const std::string & name) override {
        const value * v = names_.find(std::string_view(name));
        return v ? *v : make_undefined("the namespace has no attribute '" + name + "'");
    }
    bool set(const std::string & name, const value & v) override {
        names_.set(value(std::make_shared<const text_box>(text_box{text(name), held()})), v);
        return true;
    }
    std::string repr() const override { return "<Namespace>"; }
    void clear() override { names_ = dict(); }

  private:
    dict names_;
    held memory_;
};

} // namespace

class macro : public function {
  public:
    macro(const std::string & name, const statement & s, std::shared_ptr<scope> where)
        : function(name), statement_(s), where_(std::move(where)) {}
    value call(interpreter & in, call_arguments & arguments) override {
        return in.run_macro(statement_, where_, arguments);
    }

  private:
    const statement & statement_;
    const std::shared_ptr<scope> where_;
};

interpreter::scoped::scoped(interpreter & in, std::shared_ptr<scope> outer) : in(in), before(std::move(in.scope_)) {
    in.scope_ = std::make_shared<scope>();
    in.scope_->outer = std::move(outer);
}

interpreter::interpreter(const program & p, budget & cost, int64_t now)
    : cost(cost), now(now), program_(p), globals_(p.names.size()), scope_(std::make_shared<scope>()) {}

interpreter::~interpreter() {
    // Macros hold the scope that holds them, and namespaces may hold themselves.
    for (const auto & s : captured_) s->names.clear();
    for (const auto & s : spaces_) s->clear();
}

text interpreter::render(const dict & variables) {
    for (size_t i = 0; i < globals_.size(); i++) {
        const std::string & name = program_.names[i];
        if (const value * v = variables.find(std::string_view(name))) {
            globals_[i] = *v;
        } else if (auto f = find_function(name)) {
            globals_[i] = value(std::move(f));
        } else {
            globals_[i] = make_undefined("'" + name + "' is undefined");
        }
    }
    text out;
    try {
        run(program_.body, out);
    } catch (template_error & e) {
        if (e.line == 0) e.line = line_;
        throw;
    }
    return out;
}

value interpreter::make(text t) {
    if (t.size() > cost.most.text_bytes) raise("a text is longer than %zu bytes", cost.most.text_bytes);
    cost.copied(t.size());
    held memory(cost, sizeof(text_box) + t.size() + t.said().size() * sizeof(byte_range));
    return value(std::make_shared<const text_box>(text_box{std::move(t), std::move(memory)}));
}

value interpreter::make_list(std::vector<value> items, sequence shape) {
    auto l = std::make_shared<list>();
    l->memory = held(cost, sizeof(list) + items.size() * sizeof(value));
    cost.step((int64_t) items.size());
    int inner = 0;
    for (const value & v : items) inner = std::max(inner, depth_of(v));
    if (inner >= cost.most.value_depth) raise("a list is nested deeper than %d levels", cost.most.value_depth);
    l->items = std::move(items);
    l->shape = shape;
    l->depth = inner + 1;
    return value(std::move(l));
}

value interpreter::make_dict(std::vector<dict::entry> entries) {
    auto d = std::make_shared<dict>();
    size_t bytes = sizeof(dict);
    int inner = 0;
    for (const auto & [key, v] : entries) {
        cost.step();
        bytes += 3 * sizeof(dict::entry) + (key.as_text() ? 2 * key.as_text()->size() : 0);
        inner = std::max(inner, depth_of(v));
        d->set(key, v);
    }
    if (inner >= cost.most.value_depth) raise("a dict is nested deeper than %d levels", cost.most.value_depth);
    d->depth = inner + 1;
    d->memory = held(cost, bytes);
    return value(std::shared_ptr<const dict>(std::move(d)));
}

value interpreter::make_namespace(const std::vector<dict::entry> & entries) {
    auto space = std::make_shared<name_space>(cost, entries);
    spaces_.push_back(space);
    return value(std::shared_ptr<attributes>(std::move(space)));
}

// Names

void interpreter::set_in(scope & where, int name, const value & v) {
    for (auto & [known, old] : where.names) {
        if (known == name) {
            old = v;
            return;
        }
    }
    where.names.emplace_back(name, v);
}

void interpreter::set(int name, const value & v) { set_in(*scope_, name, v); }

value interpreter::get(int name) const {
    for (const scope * s = scope_.get(); s; s = s->outer.get()) {
        for (const auto & [known, v] : s->names) {
            if (known == name) return v;
        }
    }
    return globals_[(size_t) name];
}

void interpreter::assign(const expression & target, const value & v) {
    if (target.kind == operation::name) {
        set(target.name, v);
        return;
    }
    if (target.kind == operation::member) {
        const value space = get(target.name);
        if (!space.as_attributes() || !space.as_attributes()->set(target.field, v)) {
            raise("cannot assign attribute on non-namespace object");
        }
        return;
    }
    const std::vector<value> items = items_of(v);
    if (items.size() != target.parts.size()) {
        raise("%s values to unpack (expected %zu, got %zu)",
              items.size() < target.parts.size() ? "not enough" : "too many", target.parts.size(), items.size());
    }
    for (size_t i = 0; i < items.size(); i++) assign(*target.parts[i], items[i]);
}

// Statements

void interpreter::write(text & out, const text & t) {
    if (out.size() + t.size() > cost.most.text_bytes) {
        raise("the rendered text is longer than %zu bytes", cost.most.text_bytes);
    }
    cost.copied(t.size());
    out.append(t);
}

interpreter::flow interpreter::run(const block & body, text & out) {
    const deeper nested(depth_, cost.most.depth);
    for (const statement_ptr & s : body) {
        cost.step();
        line_ = s->line;
        const flow f = run_one(*s, out);
        if (f != flow::on) return f;
    }
    return flow::on;
}

interpreter::flow interpreter::run_one(const statement & s, text & out) {
    switch (s.kind) {
        case statement_kind::data: write(out, s.data); return flow::on;
        case statement_kind::output: {
            const value v = eval(*s.source);
            if (const text * t = v.as_text()) {
                write(out, *t);
            } else {
                write(out, str(v));
            }
            return flow::on;
        }
        case statement_kind::loop: return run_loop(s, out);
        case statement_kind::condition: return run(is_true(eval(*s.test)) ? s.body : s.otherwise, out);
        case statement_kind::set: assign(*s.target, eval(*s.source)); return flow::on;
        case statement_kind::set_block: return run_set_block(s);
        case statement_kind::macro: set(s.name, define(s, s.label)); return flow::on;
        case statement_kind::call_block: return run_call_block(s, out);
        case statement_kind::filter_block: return run_filter_block(s, out);
        case statement_kind::with: return run_with(s, out);
        case statement_kind::generation: return run_inner(s.body, out);
        case statement_kind::leave: return flow::leave;
        case statement_kind::next: break;
    }
    return flow::next;
}

interpreter::flow interpreter::run_inner(const block & body, text & out) {
    const scoped inner(*this, scope_);
    return run(body, out);
}

interpreter::flow interpreter::run_loop(const statement & s, text & out) {
    return run_loop(s, eval(*s.source), 0, out);
}

interpreter::flow interpreter::run_loop(const statement & s, const value & source, int depth, text & out) {
    std::vector<value> items = items_of(source);
    static const std::string loop_name = "loop";
    const auto known = std::find(program_.names.begin(), program_.names.end(), loop_name);
    const int name = known == program_.names.end() ? -1 : (int) (known - program_.names.begin());
    if (s.test) {
        std::vector<value> kept;
        for (const value & v : items) {
            const scoped inner(*this, scope_);
            assign(*s.target, v);
            if (is_true(eval(*s.test))) kept.push_back(v);
        }
        items = std::move(kept);
    }
    const held memory(cost, items.size() * sizeof(value));
    const auto loop = std::make_shared<loop_state>(s, std::move(items), depth);
    for (size_t i = 0; i < loop->items.size(); i++) {
        cost.step();
        loop->index = i;
        const scoped round(*this, scope_);
        if (name >= 0) set(name, value(std::shared_ptr<attributes>(loop)));
        assign(*s.target, loop->items[i]);
        if (run(s.body, out) == flow::leave) break;
    }
    if (loop->items.empty()) {
        const scoped inner(*this, scope_);
        return run(s.otherwise, out);
    }
    return flow::on;
}

interpreter::flow interpreter::run_set_block(const statement & s) {
    text written;
    run_inner(s.body, written);
    value v = make(std::move(written));
    // A chain of filters ends at the one without an operand.
    if (s.source) v = eval_filter(*s.source, v);
    assign(*s.target, v);
    return flow::on;
}

interpreter::flow interpreter::run_filter_block(const statement & s, text & out) {
    text written;
    run_inner(s.body, written);
    write(out, str(eval_filter(*s.source, make(std::move(written)))));
    return flow::on;
}

interpreter::flow interpreter::run_with(const statement & s, text & out) {
    std::vector<value> values;
    for (const auto & [target, source] : s.bindings) values.push_back(eval(*source));
    const scoped inner(*this, scope_);
    for (size_t i = 0; i < values.size(); i++) assign(*s.bindings[i].first, values[i]);
    return run(s.body, out);
}

value interpreter::define(const statement & s, const std::string & name) {
    if (captured_.empty() || captured_.back() != scope_) {
        cost.hold(sizeof(scope)); // until the end, as macros hold it
        captured_.push_back(scope_);
    }
    return value(std::shared_ptr<function>(std::make_shared<macro>(name, s, scope_)));
}

interpreter::flow interpreter::run_call_block(const statement & s, text & out) {
    const value caller = define(s, "caller");
    write(out, str(eval_call(*s.source, &caller)));
    return flow::on;
}

void interpreter::bind_parameters(const statement & s, call_arguments & arguments) {
    const std::string & name = s.label.empty() ? "caller" : s.label;
    const auto & parameters = s.takes.parameters;
    std::vector<bool> given(parameters.size());
    const size_t n = std::min(parameters.size(), arguments.positional.size());
    for (size_t i = 0; i < n; i++) {
        set(parameters[i].name, arguments.positional[i]);
        given[i] = true;
    }
    std::vector<dict::entry> rest;
    const value * caller = nullptr;
    for (const auto & [key, v] : arguments.named) {
        const auto parameter = std::find_if(parameters.begin(), parameters.end(), [&, &key = key](const auto & p) {
            return program_.names[(size_t) p.name] == key;
        });
        if (parameter != parameters.end() && !given[(size_t) (parameter - parameters.begin())]) {
            set(parameter->name, v);
            given[(size_t) (parameter - parameters.begin())] = true;
        } else if (key == "caller" && s.takes.caller) {
            caller = &v;
        } else if (s.takes.named_rest) {
            rest.emplace_back(make(key), v);
        } else {
            raise("macro '%s' takes no keyword argument '%s'", name.c_str(), key.c_str());
        }
    }
    if (arguments.positional.size() > n && !s.takes.rest) {
        raise("macro '%s' takes not more than %zu argument(s)", name.c_str(), parameters.size());
    }
    const auto set_named = [&](const char * word, const value & v) {
        const auto known = std::find(program_.names.begin(), program_.names.end(), word);
        if (known != program_.names.end()) set((int) (known - program_.names.begin()), v);
    };
    if (s.takes.caller) set_named("caller", caller ? *caller : make_undefined("No caller defined"));
    if (s.takes.rest) {
        set_named("varargs", make_list({arguments.positional.begin() + (ptrdiff_t) n, arguments.positional.end()},
                                       sequence::tuple));
    }
    if (s.takes.named_rest) set_named("kwargs", make_dict(std::move(rest)));
    for (size_t i = 0; i < parameters.size(); i++) {
        if (given[i]) continue;
        set(parameters[i].name,
            parameters[i].otherwise
                ? eval(*parameters[i].otherwise)
                : make_undefined("parameter '" + program_.names[(size_t) parameters[i].name] + "' was not provided"));
    }
}

value interpreter::run_macro(const statement & s, const std::shared_ptr<scope> & where, call_arguments & arguments) {
    const deeper nested(depth_, cost.most.depth);
    const int line = line_;
    const scoped inner(*this, where);
    bind_parameters(s, arguments);
    text out;
    run(s.body, out);
    line_ = line;
    return make(std::move(out));
}

} // namespace gto::jinja
