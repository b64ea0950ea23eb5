#include "jinja/parser.h"

#include "jinja/filters.h"
#include "jinja/lexer.h"
#include "jinja/tests.h"

#include <algorithm>
#include <initializer_list>
#include <unordered_map>

namespace gto::jinja {

namespace {

constexpr int deepest = 400;
constexpr int longest_chain = 1000; // of operators, filters or calls in a row, which nest to the left
constexpr size_t most_tokens = 2 * 1000 * 1000;

class parser {
  public:
    explicit parser(std::string_view source) : tokens_(cut_template(source)) {
        if (tokens_.size() > most_tokens) raise("the template has more than %zu tokens", most_tokens);
    }

    program parse() {
        program p;
        p.body = parse_block({});
        p.names = std::move(names_);
        return p;
    }

  private:
    // What a part of the template stands in: an `if` in which filters may be unknown until they are needed, or
    // something else.
    enum class around { condition, other };

    struct inside {
        inside(std::vector<around> & stack, around what) : stack(stack) { stack.push_back(what); }
        ~inside() { stack.pop_back(); }
        std::vector<around> & stack;
    };

    const token & now() const { return tokens_[at_]; }
    const token & ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    const token & next() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }

    static std::string said(const token & t) {
        switch (t.type) {
            case token_type::data: return "text of the template";
            case token_type::expression_begin: return "'{{'";
            case token_type::expression_end: return "'}}'";
            case token_type::block_begin: return "'{%'";
            case token_type::block_end: return "'%}'";
            case token_type::end: return "the end of the template";
            default: return "'" + t.content + "'";
        }
    }

    [[noreturn]] void wrong(const std::string & what) const { throw template_error(now().line, what); }
    [[noreturn]] void expected(const std::string & what) const { wrong("expected " + what + ", found " + said(now())); }

    bool is_sign(std::string_view s) const { return now().type == token_type::sign && now().content == s; }
    bool is_word(std::string_view s) const { return now().type == token_type::name && now().content == s; }
    bool take_sign(std::string_view s) { return is_sign(s) && (next(), true); }
    bool take_word(std::string_view s) { return is_word(s) && (next(), true); }
    void need_sign(const char * s) {
        if (!take_sign(s)) expected(std::string("'") + s + "'");
    }
    void need_word(const char * s) {
        if (!take_word(s)) expected(std::string("'") + s + "'");
    }
    void need_block_end() {
        if (now().type != token_type::block_end) expected("'%}'");
        next();
    }
    std::string need_name() {
        if (now().type != token_type::name) expected("a name");
        return next().content;
    }

    int intern(const std::string & name) {
        const auto [place, fresh] = interned_.emplace(name, (int) names_.size());
        if (fresh) names_.push_back(name);
        return place->second;
    }

    expression_ptr make(operation kind) const { return make(kind, now().line); }
    static expression_ptr make(operation kind, int line) {
        auto e = std::make_unique<expression>();
        e->kind = kind;
        e->line = line;
        return e;
    }
    statement_ptr make(statement_kind kind) const {
        auto s = std::make_unique<statement>();
        s->kind = kind;
        s->line = now().line;
        return s;
    }
    static value constant(std::string s) {
        return value(std::make_shared<const text_box>(text_box{text(std::move(s)), held()}));
    }

    // Statements

    // Until one of the words begins a tag, which is taken up to that word; without words until the end.
    block parse_block(std::initializer_list<std::string_view> ends) {
        const deeper nested(depth_, deepest);
        block body;
        while (now().type != token_type::end) {
            if (now().type == token_type::data) {
                statement_ptr s = make(statement_kind::data);
                s->data = text(next().content);
                body.push_back(std::move(s));
            } else if (now().type == token_type::expression_begin) {
                statement_ptr s = make(statement_kind::output);
                next();
                s->source = parse_tuple();
                if (now().type != token_type::expression_end) expected("'}}'");
                next();
                body.push_back(std::move(s));
            } else {
                next();
                if (now().type == token_type::name &&
                    std::find(ends.begin(), ends.end(), now().content) != ends.end()) {
                    return body;
                }
                parse_statement(body);
                need_block_end();
            }
        }
        if (ends.size() > 0) expected("'{% " + std::string(*(ends.end() - 1)) + " %}'");
        return body;
    }

    // The rest of a tag, and the block up to the word that ends it.
    block parse_body(std::initializer_list<std::string_view> ends) {
        take_sign(":");
        need_block_end();
        return parse_block(ends);
    }

    void parse_statement(block & body) {
        if (now().type != token_type::name) expected("the name of a tag");
        const std::string tag = now().content;
        if (tag == "for") {
            body.push_back(parse_for());
        } else if (tag == "if") {
            body.push_back(parse_if());
        } else if (tag == "set") {
            body.push_back(parse_set());
        } else if (tag == "macro") {
            body.push_back(parse_macro());
        } else if (tag == "call") {
            body.push_back(parse_call_block());
        } else if (tag == "filter") {
            body.push_back(parse_filter_block());
        } else if (tag == "with") {
            body.push_back(parse_with());
        } else if (tag == "generation") {
            statement_ptr s = make(statement_kind::generation);
            next();
            const inside other(around_, around::other);
            s->body = parse_body({"endgeneration"});
            next();
            body.push_back(std::move(s));
        } else if (tag == "break" || tag == "continue") {
            if (loops_ == 0) wrong("'" + tag + "' outside of a loop");
            body.push_back(make(tag == "break" ? statement_kind::leave : statement_kind::next));
            next();
        } else if (tag == "print") {
            next();
            while (now().type != token_type::block_end) {
                statement_ptr s = make(statement_kind::output);
                s->source = parse_expression();
                body.push_back(std::move(s));
                if (!take_sign(",")) break;
            }
        } else {
            wrong("a tag '" + tag + "', which chat templates don't have");
        }
    }

    statement_ptr parse_for() {
        statement_ptr s = make(statement_kind::loop);
        next();
        s->target = parse_targets(false, "in");
        need_word("in");
        s->source = parse_tuple(false, "recursive");
        const inside other(around_, around::other);
        if (take_word("if")) s->test = parse_expression();
        s->recursive = take_word("recursive");
        loops_++;
        s->body = parse_body({"else", "endfor"});
        loops_--;
        if (next().content == "else") {
            s->otherwise = parse_body({"endfor"});
            next();
        }
        return s;
    }

    statement_ptr parse_if() {
        const deeper nested(depth_, deepest);
        statement_ptr s = make(statement_kind::condition);
        next();
        const inside condition(around_, around::condition);
        s->test = parse_tuple(false);
        s->body = parse_body({"elif", "else", "endif"});
        if (is_word("elif")) {
            s->otherwise.push_back(parse_if());
            return s;
        }
        if (next().content == "else") {
            s->otherwise = parse_body({"endif"});
            next();
        }
        return s;
    }

    statement_ptr parse_set() {
        statement_ptr s = make(statement_kind::set);
        next();
        s->target = parse_targets(true, {});
        if (take_sign("=")) {
            s->source = parse_tuple();
            return s;
        }
        s->kind = statement_kind::set_block;
        if (is_sign("|")) s->source = parse_filters(nullptr);
        const inside other(around_, around::other);
        s->body = parse_body({"endset"});
        next();
        return s;
    }

    void parse_signature(signature & takes) {
        need_sign("(");
        bool optional = false;
        while (!is_sign(")")) {
            if (!takes.parameters.empty()) need_sign(",");
            parameter p{intern(need_name()), nullptr};
            if (take_sign("=")) {
                p.otherwise = parse_expression();
                optional = true;
            } else if (optional) {
                wrong("non-default argument follows default argument");
            }
            takes.parameters.push_back(std::move(p));
        }
        next();
    }

    block parse_macro_body(signature & takes, std::string_view end) {
        const inside other(around_, around::other);
        signatures_.push_back(&takes);
        const int outside = loops_;
        loops_ = 0;
        block body = parse_body({end});
        loops_ = outside;
        signatures_.pop_back();
        next();
        return body;
    }

    statement_ptr parse_macro() {
        statement_ptr s = make(statement_kind::macro);
        next();
        s->label = need_name();
        s->name = intern(s->label);
        parse_signature(s->takes);
        s->body = parse_macro_body(s->takes, "endmacro");
        return s;
    }

    statement_ptr parse_call_block() {
        statement_ptr s = make(statement_kind::call_block);
        next();
        if (is_sign("(")) parse_signature(s->takes);
        s->source = parse_expression();
        if (s->source->kind != operation::call) wrong("expected call");
        s->body = parse_macro_body(s->takes, "endcall");
        return s;
    }

    statement_ptr parse_filter_block() {
        statement_ptr s = make(statement_kind::filter_block);
        next();
        s->source = parse_filters(parse_filter(nullptr));
        const inside other(around_, around::other);
        s->body = parse_body({"endfilter"});
        next();
        return s;
    }

    statement_ptr parse_with() {
        statement_ptr s = make(statement_kind::with);
        next();
        while (now().type != token_type::block_end) {
            if (!s->bindings.empty()) need_sign(",");
            expression_ptr target = parse_targets(false, {});
            need_sign("=");
            s->bindings.emplace_back(std::move(target), parse_expression());
        }
        const inside other(around_, around::other);
        s->body = parse_body({"endwith"});
        next();
        return s;
    }

    // Names to assign to: one, or several with commas or in brackets.
    expression_ptr parse_targets(bool with_members, std::string_view end) {
        const deeper nested(depth_, deepest);
        expression_ptr several = make(operation::tuple);
        bool comma = false;
        while (!is_sign(")") && !is_sign("=") && now().type != token_type::block_end &&
               !(!end.empty() && is_word(end))) {
            several->parts.push_back(parse_target(with_members));
            if (!take_sign(",")) break;
            comma = true;
        }
        if (several->parts.empty() && !comma) expected("a name");
        return comma ? std::move(several) : std::move(several->parts[0]);
    }

    expression_ptr parse_target(bool with_members) {
        if (take_sign("(")) {
            expression_ptr inner = parse_targets(with_members, {});
            need_sign(")");
            return inner;
        }
        expression_ptr e = make(operation::name);
        const std::string name = need_name();
        for (const char * fixed : {"true", "false", "none", "True", "False", "None"}) {
            if (name == fixed) wrong("can't assign to '" + name + "'");
        }
        e->name = intern(name);
        e->label = name;
        if (with_members && take_sign(".")) {
            e->kind = operation::member;
            e->field = need_name();
        }
        return e;
    }

    // Expressions

    expression_ptr parse_tuple(bool with_condition = true, std::string_view end = {}, bool in_brackets = false) {
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

    expression_ptr parse_expression() {
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

    // Makes an expression the next part of another, which began before it.
    static void adopt(expression & e, expression_ptr part) {
        if (part) {
            e.height = std::max(e.height, part->height + 1);
            if (e.height > longest_chain) {
                throw template_error(e.line, "an expression is a chain of more than " + std::to_string(longest_chain) +
                                                 " parts");
            }
        }
        e.parts.push_back(std::move(part));
    }

    expression_ptr binary(operation kind, int line, expression_ptr left, expression_ptr right) const {
        expression_ptr e = make(kind, line);
        adopt(*e, std::move(left));
        adopt(*e, std::move(right));
        return e;
    }

    expression_ptr parse_or() {
        expression_ptr left = parse_and();
        while (is_word("or")) {
            const int line = next().line;
            left = binary(operation::logical_or, line, std::move(left), parse_and());
        }
        return left;
    }

    expression_ptr parse_and() {
        expression_ptr left = parse_not();
        while (is_word("and")) {
            const int line = next().line;
            left = binary(operation::logical_and, line, std::move(left), parse_not());
        }
        return left;
    }

    expression_ptr parse_not() {
        const deeper nested(depth_, deepest);
        if (!is_word("not")) return parse_comparison();
        expression_ptr e = make(operation::logical_not);
        next();
        e->parts.push_back(parse_not());
        return e;
    }

    bool take_comparison(comparison & c) {
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

    expression_ptr parse_comparison() {
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

    expression_ptr parse_sum() {
        expression_ptr left = parse_concat();
        while (is_sign("+") || is_sign("-")) {
            const token & sign = next();
            const operation kind = sign.content == "+" ? operation::add : operation::subtract;
            left = binary(kind, sign.line, std::move(left), parse_concat());
        }
        return left;
    }

    expression_ptr parse_concat() {
        expression_ptr first = parse_product();
        if (!is_sign("~")) return first;
        expression_ptr e = make(operation::concat);
        e->parts.push_back(std::move(first));
        while (take_sign("~")) e->parts.push_back(parse_product());
        return e;
    }

    expression_ptr parse_product() {
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

    expression_ptr parse_power() {
        expression_ptr left = parse_unary(true);
        while (is_sign("**")) {
            const int line = next().line;
            left = binary(operation::power, line, std::move(left), parse_unary(true));
        }
        return left;
    }

    expression_ptr parse_unary(bool with_filters) {
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

    expression_ptr parse_primary() {
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

    expression_ptr parse_word() {
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

    expression_ptr parse_list() {
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

    expression_ptr parse_dict() {
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

    expression_ptr parse_postfix(expression_ptr e) {
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

    expression_ptr parse_filters_and_tests(expression_ptr e) {
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

    expression_ptr parse_subscript(expression_ptr object) {
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

    expression_ptr parse_subscribed() {
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

    void parse_arguments(expression & call) {
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

    expression_ptr parse_call(expression_ptr callee) {
        expression_ptr e = make(operation::call);
        adopt(*e, std::move(callee));
        parse_arguments(*e);
        return e;
    }

    std::string parse_dotted() {
        std::string name = need_name();
        while (take_sign(".")) name += "." + need_name();
        return name;
    }

    bool may_be_unknown() const { return !around_.empty() && around_.back() == around::condition; }

    expression_ptr parse_filter(expression_ptr operand) {
        expression_ptr e = make(operation::filter);
        e->label = parse_dotted();
        if (!may_be_unknown() && !find_filter(e->label)) wrong("no filter named '" + e->label + "'");
        adopt(*e, std::move(operand));
        if (is_sign("(")) parse_arguments(*e);
        return e;
    }

    // All filters that follow.
    expression_ptr parse_filters(expression_ptr e) {
        while (take_sign("|")) e = parse_filter(std::move(e));
        return e;
    }

    bool begins_argument() const {
        if (now().type == token_type::name) return !is_word("else") && !is_word("or") && !is_word("and");
        if (now().type == token_type::sign) return is_sign("[") || is_sign("{");
        return now().type == token_type::text || now().type == token_type::integer || now().type == token_type::number;
    }

    expression_ptr parse_test(expression_ptr operand) {
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

    const std::vector<token> tokens_;
    size_t at_ = 0;
    int depth_ = 0, loops_ = 0;
    std::vector<around> around_;
    std::vector<signature *> signatures_;
    std::vector<std::string> names_;
    std::unordered_map<std::string, int> interned_;
};

} // namespace

program parse_template(std::string_view source) { return parser(source).parse(); }

} // namespace gto::jinja
