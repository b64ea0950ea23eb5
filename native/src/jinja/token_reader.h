// The tokens of a template, one after the other, and the words for what was expected instead.
#pragma once

#include "jinja/lexer.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gto::jinja {

class token_reader {
  protected:
    explicit token_reader(std::string_view source) : tokens_(cut_template(source)) {
        if (tokens_.size() > most_tokens) raise("the template has more than %zu tokens", most_tokens);
    }

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

  private:
    static constexpr size_t most_tokens = 2 * 1000 * 1000;

    const std::vector<token> tokens_;
    size_t at_ = 0;
};

} // namespace gto::jinja
