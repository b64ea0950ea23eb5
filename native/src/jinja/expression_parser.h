// Reads expressions by jinja2's grammar.
#pragma once

#include "jinja/syntax.h"
#include "jinja/token_reader.h"

#include <unordered_map>

namespace gto::jinja {

class expression_parser : protected token_reader {
  protected:
    static constexpr int deepest = 400; // statements and expressions within each other

    // What a part of the template stands in: an `if` in which filters may be unknown until they are needed, or
    // something else.
    enum class around { condition, other };

    struct inside {
        inside(std::vector<around> & stack, around what) : stack(stack) { stack.push_back(what); }
        ~inside() { stack.pop_back(); }
        std::vector<around> & stack;
    };

    explicit expression_parser(std::string_view source) : token_reader(source) {}

    // An expression, or several with commas.
    expression_ptr parse_tuple(bool with_condition = true, std::string_view end = {}, bool in_brackets = false);
    expression_ptr parse_expression();
    // One behind its bar; the operand may be null.
    expression_ptr parse_filter(expression_ptr operand);
    // All filters that follow.
    expression_ptr parse_filters(expression_ptr e);

    int intern(const std::string & name);
    expression_ptr make(operation kind) const { return make(kind, now().line); }
    static expression_ptr make(operation kind, int line);

    int depth_ = 0;
    std::vector<around> around_;
    std::vector<signature *> signatures_; // of the macros that are being read
    std::vector<std::string> names_;      // by interned number

  private:
    // Makes an expression the next part of another, which began before it.
    static void adopt(expression & e, expression_ptr part);
    expression_ptr binary(operation kind, int line, expression_ptr left, expression_ptr right) const;

    expression_ptr parse_or();
    expression_ptr parse_and();
    expression_ptr parse_not();
    bool take_comparison(comparison & c);
    expression_ptr parse_comparison();
    expression_ptr parse_sum();
    expression_ptr parse_concat();
    expression_ptr parse_product();
    expression_ptr parse_power();
    expression_ptr parse_unary(bool with_filters);
    expression_ptr parse_primary();
    expression_ptr parse_word();
    expression_ptr parse_list();
    expression_ptr parse_dict();
    expression_ptr parse_postfix(expression_ptr e);
    expression_ptr parse_filters_and_tests(expression_ptr e);
    expression_ptr parse_subscript(expression_ptr object);
    expression_ptr parse_subscribed();
    void parse_arguments(expression & call);
    expression_ptr parse_call(expression_ptr callee);
    std::string parse_dotted();
    bool may_be_unknown() const { return !around_.empty() && around_.back() == around::condition; }
    bool begins_argument() const;
    expression_ptr parse_test(expression_ptr operand);

    std::unordered_map<std::string, int> interned_;
};

} // namespace gto::jinja
