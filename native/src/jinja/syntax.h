// What a template says, as a tree.
#pragma once

#include "jinja/value.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gto::jinja {

enum class operation {
    constant,
    name,
    list,
    tuple,
    dict, // parts: key, value, key, value, ...
    add,
    subtract,
    multiply,
    divide,
    floor_divide,
    remainder,
    power,
    concat,
    negative,
    positive,
    logical_not,
    logical_and,
    logical_or,
    compare,   // parts[0] comparisons[0] parts[1] ...
    condition, // parts: test, then, else (may be null)
    attribute, // parts[0].label
    item,      // parts[0][parts[1]]
    slice,     // parts: begin, end, step; each may be null
    call,      // parts: what is called, arguments
    filter,    // parts: operand (null in a filter block), arguments; label: its name
    test,      // the same
    member,    // label.field, of a namespace that is assigned to
};

enum class comparison { equal, not_equal, less, less_equal, greater, greater_equal, in, not_in };

struct expression;
using expression_ptr = std::unique_ptr<expression>;

struct expression {
    operation kind;
    int line;
    int height = 1; // of the tree below, itself counted
    value constant;
    int name = -1; // see program::names
    std::string label, field;
    std::vector<expression_ptr> parts;
    std::vector<comparison> comparisons;
    std::vector<std::pair<std::string, expression_ptr>> named; // arguments
    expression_ptr spread, named_spread;                       // *arguments, **arguments
};

enum class statement_kind {
    data,
    output,
    loop,
    condition,
    set,
    set_block,
    macro,
    call_block,
    filter_block,
    with,
    generation, // marks what a model has written; it changes nothing
    leave,      // break
    next,       // continue
};

struct statement;
using statement_ptr = std::unique_ptr<statement>;
using block = std::vector<statement_ptr>;

struct parameter {
    int name;
    expression_ptr otherwise;
};

// What a macro or a call block takes.
struct signature {
    std::vector<parameter> parameters;
    bool rest = false, named_rest = false, caller = false; // whether it uses varargs, kwargs, caller
};

struct statement {
    statement_kind kind;
    int line;
    text data;
    expression_ptr target, source, test;
    std::vector<std::pair<expression_ptr, expression_ptr>> bindings; // of with
    int name = -1;                                                   // of a macro
    std::string label;
    signature takes;
    bool recursive = false;
    block body, otherwise;
};

struct program {
    block body;
    std::vector<std::string> names;
};

} // namespace gto::jinja
