// Runs a template. One interpreter renders once.
#pragma once

#include "jinja/syntax.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace gto::jinja {

// Names that a part of the template sets. A loop's round, a macro's call and some blocks have one of their own.
struct scope {
    std::shared_ptr<scope> outer;
    std::vector<std::pair<int, value>> names;
};

class interpreter {
  public:
    // now: seconds since 1970 on the clock that strftime_now reads. Both outlive it.
    interpreter(const program & p, budget & cost, int64_t now);
    ~interpreter();
    interpreter(const interpreter &) = delete;
    interpreter & operator=(const interpreter &) = delete;

    text render(const dict & variables);

    budget & cost;
    const int64_t now;

    // Values that count what they take.
    value make(text t);
    value make(std::string plain) { return make(text(std::move(plain))); }
    value make_list(std::vector<value> items, sequence shape = sequence::list);
    value make_dict(std::vector<dict::entry> entries);
    value make_namespace(const std::vector<dict::entry> & entries);

    // str(v)
    text str(const value & v) { return to_text(cost, v); }
    // All that a loop over it sees. Raises for what can't be looped over; a generator is empty afterwards.
    std::vector<value> items_of(const value & v);
    // object.name and object[key], undefined if there is none.
    value attribute(const value & object, const std::string & name);
    value item(const value & object, const value & key);
    bool contains(const value & container, const value & what);
    value call(const value & callee, call_arguments & arguments);
    value add(const value & a, const value & b);
    value filter(const std::string & name, const value & operand, call_arguments & arguments);
    bool test(const std::string & name, const value & operand, call_arguments & arguments);

  private:
    friend class macro;
    friend class loop_state;

    enum class flow { on, leave, next };

    // Statements.
    flow run(const block & body, text & out);
    flow run_one(const statement & s, text & out);
    flow run_loop(const statement & s, text & out);
    flow run_loop(const statement & s, const value & source, int depth, text & out);
    flow run_set_block(const statement & s);
    flow run_filter_block(const statement & s, text & out);
    flow run_call_block(const statement & s, text & out);
    flow run_with(const statement & s, text & out);
    flow run_inner(const block & body, text & out);
    value define(const statement & s, const std::string & name);
    value run_macro(const statement & s, const std::shared_ptr<scope> & where, call_arguments & arguments);
    void bind_parameters(const statement & s, call_arguments & arguments);
    void write(text & out, const text & t);
    void assign(const expression & target, const value & v);
    void set(int name, const value & v);
    void set_in(scope & where, int name, const value & v);
    value get(int name) const;

    // Expressions.
    value eval(const expression & e);
    value eval_node(const expression & e);
    value eval_logical(const expression & e);
    value eval_compare(const expression & e);
    value eval_condition(const expression & e);
    value eval_concat(const expression & e);
    value eval_sequence(const expression & e);
    value eval_dict(const expression & e);
    value eval_slice(const value & object, const expression & e);
    value eval_item(const expression & e);
    value eval_call(const expression & e, const value * caller = nullptr);
    value eval_filter(const expression & e, const value & operand);
    value eval_arithmetic(const expression & e);
    call_arguments eval_arguments(const expression & e, size_t first);
    bool compare(comparison c, const value & a, const value & b);

    struct scoped {
        explicit scoped(interpreter & in, std::shared_ptr<scope> outer);
        ~scoped() { in.scope_ = std::move(before); }
        interpreter & in;
        std::shared_ptr<scope> before;
    };

    const program & program_;
    std::vector<value> globals_; // by name
    std::shared_ptr<scope> scope_;
    std::vector<std::shared_ptr<scope>> captured_; // by macros, which they hold
    std::vector<std::shared_ptr<attributes>> spaces_;
    int depth_ = 0, line_ = 0;
};

// Arguments by the names of a function's parameters, nullptr where one isn't given. Raises if there are too many, one
// isn't known, or one of the first `needed` is missing.
std::vector<const value *> bind(const std::string & function, const call_arguments & arguments,
                                std::initializer_list<const char *> names, size_t needed);

// An argument that must be whole, as range() and slices take it.
int64_t whole_argument(const char * what, const value & v);

} // namespace gto::jinja
