#include "jinja/parser.h"

#include "jinja/expression_parser.h"

#include <algorithm>
#include <initializer_list>

namespace gto::jinja {

namespace {

class parser : expression_parser {
  public:
    explicit parser(std::string_view source) : expression_parser(source) {}

    program parse() {
        program p;
        p.body = parse_block({});
        p.names = std::move(names_);
        return p;
    }

  private:
    using expression_parser::make;
    statement_ptr make(statement_kind kind) const {
        auto s = std::make_unique<statement>();
        s->kind = kind;
        s->line = now().line;
        return s;
    }

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

    int loops_ = 0; // around the statement that is being read
};

} // namespace

program parse_template(std::string_view source) { return parser(source).parse(); }

} // namespace gto::jinja
