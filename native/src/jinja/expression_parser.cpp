#include "jinja/expression_parser.h"

#include "jinja/filters.h"
#include "jinja/tests.h"

namespace gto::jinja {

static constexpr int longest_chain = 1000; // of operators, filters or calls in a row, which nest to the left

static value constant(std::string s) {
    return value(std::make_shared<const text_box>(text_box{text(std::move(s)), held()}));
}

int expression_parser::intern(const std::string & name) {
    const auto [place, fresh] = interned_.emplace(name, (int) names_.size());
    if (fresh) names_.push_back(name);
    return place->second;
}

expression_ptr expression_parser::make(operation kind, int line) {
    auto e = std::make_unique<expression>();
    e->kind = kind;
    e->line = line;
    return e;
}

expression_ptr expression_parser::parse_tuple(bool with_condition, std::string_view end, bool in_brackets) {
    const deeper nested(depth_, deepest);
    expression_ptr several = make(operation::tuple);
    bool comma = false;
    while (true) {
        const bool over = now().type == token_type::expression_end || now().type == token_type::block_end ||
                          is_sign(")") || (!end.empty() && is_word(end));
        if (over) break;
        several->parts.push_back(with_condition ? parse_expression() : parse_or());
        if (!take_sign(",")) break;
        comma = true;
    }
    if (comma) return several;
    if (!several->parts.empty()) return std::move(several->parts[0]);
    if (!in_brackets) expected("an expression");
    return several;
}

expression_ptr expression_parser::parse_expression() {
    const deeper nested(depth_, deepest);
    expression_ptr e = parse_or();
    while (is_word("if")) {
        expression_ptr c = make(operation::condition);
        next();
        const inside condition(around_, around::condition);
        adopt(*c, parse_or());
        adopt(*c, std::move(e));
        adopt(*c, take_word("else") ? parse_expression() : nullptr);
        e = std::move(c);
    }
    return e;
}

void expression_parser::adopt(expression & e, expression_ptr part) {
    if (part) {
        e.height = std::max(e.height, part->height + 1);
        if (e.height > longest_chain) {
            throw template_error(e.line,
                                 "an expression is a chain of more than " + std::to_string(longest_chain) + " parts");
        }
    }
    e.parts.push_back(std::move(part));
}

expression_ptr expression_parser::binary(operation kind, int line, expression_ptr left, expression_ptr right) const {
    expression_ptr e = make(kind, line);
    adopt(*e, std::move(left));
    adopt(*e, std::move(right));
    return e;
}

expression_ptr expression_parser::parse_or() {
    expression_ptr left = parse_and();
    while (is_word("or")) {
        const int line = next().line;
        left = binary(operation::logical_or, line, std::move(left), parse_and());
    }
    return left;
}

expression_ptr expression_parser::parse_and() {
    expression_ptr left = parse_not();
    while (is_word("and")) {
        const int line = next().line;
        left = binary(operation::logical_and, line, std::move(left), parse_not());
    }
    return left;
}

expression_ptr expression_parser::parse_not() {
    const deeper nested(depth_, deepest);
    if (!is_word("not")) return parse_comparison();
    expression_ptr e = make(operation::logical_not);
    next();
    e->parts.push_back(parse_not());
    return e;
}

bool expression_parser::take_comparison(comparison & c) {
    static const std::pair<const char *, comparison> signs[] = {
        {"==", comparison::equal},      {"!=", comparison::not_equal}, {"<", comparison::less},
        {"<=", comparison::less_equal}, {">", comparison::greater},    {">=", comparison::greater_equal}};
    for (const auto & [sign, kind] : signs) {
        if (take_sign(sign)) {
            c = kind;
            return true;
        }
    }
    if (take_word("in")) {
        c = comparison::in;
        return true;
    }
    if (is_word("not") && ahead().type == token_type::name && ahead().content == "in") {
        next();
        next();
        c = comparison::not_in;
        return true;
    }
    return false;
}

expression_ptr expression_parser::parse_comparison() {
    expression_ptr first = parse_sum();
    expression_ptr e = make(operation::compare);
    comparison c;
    while (take_comparison(c)) {
        e->comparisons.push_back(c);
        e->parts.push_back(parse_sum());
    }
    if (e->comparisons.empty()) return first;
    e->parts.insert(e->parts.begin(), std::move(first));
    return e;
}

expression_ptr expression_parser::parse_sum() {
    expression_ptr left = parse_concat();
    while (is_sign("+") || is_sign("-")) {
        const token & sign = next();
        const operation kind = sign.content == "+" ? operation::add : operation::subtract;
        left = binary(kind, sign.line, std::move(left), parse_concat());
    }
    return left;
}

expression_ptr expression_parser::parse_concat() {
    expression_ptr first = parse_product();
    if (!is_sign("~")) return first;
    expression_ptr e = make(operation::concat);
    e->parts.push_back(std::move(first));
    while (take_sign("~")) e->parts.push_back(parse_product());
    return e;
}

expression_ptr expression_parser::parse_product() {
    static const std::pair<const char *, operation> signs[] = {{"*", operation::multiply},
                                                               {"/", operation::divide},
                                                               {"//", operation::floor_divide},
                                                               {"%", operation::remainder}};
    expression_ptr left = parse_power();
    while (true) {
        const auto sign =
            std::find_if(std::begin(signs), std::end(signs), [&](const auto & s) { return is_sign(s.first); });
        if (sign == std::end(signs)) return left;
        const int line = next().line;
        left = binary(sign->second, line, std::move(left), parse_power());
    }
}

expression_ptr expression_parser::parse_power() {
    expression_ptr left = parse_unary(true);
    while (is_sign("**")) {
        const int line = next().line;
        left = binary(operation::power, line, std::move(left), parse_unary(true));
    }
    return left;
}

expression_ptr expression_parser::parse_unary(bool with_filters) {
    const deeper nested(depth_, deepest);
    expression_ptr e;
    if (is_sign("-") || is_sign("+")) {
        e = make(is_sign("-") ? operation::negative : operation::positive);
        next();
        e->parts.push_back(parse_unary(false));
    } else {
        e = parse_primary();
    }
    e = parse_postfix(std::move(e));
    return with_filters ? parse_filters_and_tests(std::move(e)) : std::move(e);
}

expression_ptr expression_parser::parse_primary() {
    const token & t = now();
    expression_ptr e = make(operation::constant);
    switch (t.type) {
        case token_type::integer: e->constant = t.integer; break;
        case token_type::number: e->constant = t.number; break;
        case token_type::text: {
            std::string all;
            while (now().type == token_type::text) all += next().content;
            e->constant = constant(std::move(all));
            return e;
        }
        case token_type::name: return parse_word();
        case token_type::sign:
            if (t.content == "(") {
                next();
                e = parse_tuple(true, {}, true);
                need_sign(")");
                return e;
            }
            if (t.content == "[") return parse_list();
            if (t.content == "{") return parse_dict();
            [[fallthrough]];
        default: expected("an expression");
    }
    next();
    return e;
}

expression_ptr expression_parser::parse_word() {
    expression_ptr e = make(operation::constant);
    const std::string & word = next().content;
    if (word == "true" || word == "True" || word == "false" || word == "False") {
        e->constant = word == "true" || word == "True";
    } else if (word == "none" || word == "None") {
        e->constant = none{};
    } else {
        e->kind = operation::name;
        e->name = intern(word);
        e->label = word;
        if (!signatures_.empty()) {
            signature & takes = *signatures_.back();
            takes.rest |= word == "varargs";
            takes.named_rest |= word == "kwargs";
            takes.caller |= word == "caller";
        }
    }
    return e;
}

expression_ptr expression_parser::parse_list() {
    expression_ptr e = make(operation::list);
    next();
    while (!is_sign("]")) {
        if (!e->parts.empty()) {
            need_sign(",");
            if (is_sign("]")) break;
        }
        e->parts.push_back(parse_expression());
    }
    need_sign("]");
    return e;
}

expression_ptr expression_parser::parse_dict() {
    expression_ptr e = make(operation::dict);
    next();
    while (!is_sign("}")) {
        if (!e->parts.empty()) {
            need_sign(",");
            if (is_sign("}")) break;
        }
        e->parts.push_back(parse_expression());
        need_sign(":");
        e->parts.push_back(parse_expression());
    }
    need_sign("}");
    return e;
}

expression_ptr expression_parser::parse_postfix(expression_ptr e) {
    while (true) {
        if (is_sign(".") || is_sign("[")) {
            e = parse_subscript(std::move(e));
        } else if (is_sign("(")) {
            e = parse_call(std::move(e));
        } else {
            return e;
        }
    }
}

expression_ptr expression_parser::parse_filters_and_tests(expression_ptr e) {
    while (true) {
        if (is_sign("|")) {
            next();
            e = parse_filter(std::move(e));
        } else if (is_word("is")) {
            e = parse_test(std::move(e));
        } else if (is_sign("(")) {
            e = parse_call(std::move(e));
        } else {
            return e;
        }
    }
}

expression_ptr expression_parser::parse_subscript(expression_ptr object) {
    expression_ptr e = make(operation::attribute);
    adopt(*e, std::move(object));
    if (next().content == ".") {
        if (now().type == token_type::name) {
            e->label = next().content;
        } else if (now().type == token_type::integer) {
            e->kind = operation::item;
            e->parts.push_back(make(operation::constant));
            e->parts[1]->constant = next().integer;
        } else {
            expected("a name or number");
        }
        return e;
    }
    e->kind = operation::item;
    expression_ptr several = make(operation::tuple);
    while (!is_sign("]")) {
        if (!several->parts.empty()) need_sign(",");
        several->parts.push_back(parse_subscribed());
    }
    next();
    e->parts.push_back(several->parts.size() == 1 ? std::move(several->parts[0]) : std::move(several));
    return e;
}

expression_ptr expression_parser::parse_subscribed() {
    expression_ptr s = make(operation::slice);
    s->parts.resize(3);
    if (!is_sign(":")) {
        expression_ptr first = parse_expression();
        if (!is_sign(":")) return first;
        s->parts[0] = std::move(first);
    }
    next();
    const auto over = [&] { return is_sign(":") || is_sign("]") || is_sign(","); };
    if (!over()) s->parts[1] = parse_expression();
    if (take_sign(":") && !over()) s->parts[2] = parse_expression();
    return s;
}

void expression_parser::parse_arguments(expression & call) {
    need_sign("(");
    bool some = false;
    while (!is_sign(")")) {
        if (some) {
            need_sign(",");
            if (is_sign(")")) break;
        }
        some = true;
        if (take_sign("*")) {
            if (call.spread || call.named_spread) wrong("invalid syntax for function call expression");
            call.spread = parse_expression();
        } else if (take_sign("**")) {
            if (call.named_spread) wrong("invalid syntax for function call expression");
            call.named_spread = parse_expression();
        } else if (now().type == token_type::name && ahead().type == token_type::sign && ahead().content == "=") {
            std::string name = next().content;
            next();
            call.named.emplace_back(std::move(name), parse_expression());
        } else {
            if (call.spread || call.named_spread || !call.named.empty()) {
                wrong("invalid syntax for function call expression");
            }
            call.parts.push_back(parse_expression());
        }
    }
    next();
}

expression_ptr expression_parser::parse_call(expression_ptr callee) {
    expression_ptr e = make(operation::call);
    adopt(*e, std::move(callee));
    parse_arguments(*e);
    return e;
}

std::string expression_parser::parse_dotted() {
    std::string name = need_name();
    while (take_sign(".")) name += "." + need_name();
    return name;
}

expression_ptr expression_parser::parse_filter(expression_ptr operand) {
    expression_ptr e = make(operation::filter);
    e->label = parse_dotted();
    if (!may_be_unknown() && !find_filter(e->label)) wrong("no filter named '" + e->label + "'");
    adopt(*e, std::move(operand));
    if (is_sign("(")) parse_arguments(*e);
    return e;
}

expression_ptr expression_parser::parse_filters(expression_ptr e) {
    while (take_sign("|")) e = parse_filter(std::move(e));
    return e;
}

bool expression_parser::begins_argument() const {
    if (now().type == token_type::name) return !is_word("else") && !is_word("or") && !is_word("and");
    if (now().type == token_type::sign) return is_sign("[") || is_sign("{");
    return now().type == token_type::text || now().type == token_type::integer || now().type == token_type::number;
}

expression_ptr expression_parser::parse_test(expression_ptr operand) {
    next();
    const bool negated = take_word("not");
    expression_ptr e = make(operation::test);
    e->label = parse_dotted();
    if (!may_be_unknown() && !find_test(e->label)) wrong("no test named '" + e->label + "'");
    adopt(*e, std::move(operand));
    if (is_sign("(")) {
        parse_arguments(*e);
    } else if (begins_argument()) {
        if (is_word("is")) wrong("you cannot chain multiple tests with is");
        e->parts.push_back(parse_postfix(parse_primary()));
    }
    if (!negated) return e;
    expression_ptr n = make(operation::logical_not, e->line);
    n->parts.push_back(std::move(e));
    return n;
}

} // namespace gto::jinja
