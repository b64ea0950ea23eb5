#include "jinja/lexer.h"

#include "jinja/budget.h"
#include "jinja/unicode.h"

#include <algorithm>
#include <charconv>

namespace gto::jinja {

namespace {

// With line ends as \n, and without the last one.
std::string normal_lines(std::string_view source) {
    std::string lines;
    for (size_t i = 0; i < source.size(); i++) {
        if (source[i] != '\r') {
            lines += source[i];
        } else if (i + 1 >= source.size() || source[i + 1] != '\n') {
            lines += '\n';
        }
    }
    if (!lines.empty() && lines.back() == '\n') lines.pop_back();
    return lines;
}

bool is_word(char c) {
    return is_alpha((uint8_t) c & 0x7F) || is_digit((uint8_t) c) || c == '_' || (uint8_t) c >= 0x80;
}

class lexer {
  public:
    explicit lexer(std::string_view source) : source_(normal_lines(source)), all_(source_) {}

    std::vector<token> cut() {
        while (at_ < all_.size()) cut_data();
        push(token_type::end, "");
        return std::move(tokens_);
    }

  private:
    [[noreturn]] void wrong(const std::string & what) const { throw template_error(line_, what); }

    void push(token_type type, std::string content) { tokens_.push_back({type, std::move(content), line_}); }

    // Goes on to a byte, counting lines.
    void go(size_t to) {
        line_ += (int) std::count(all_.begin() + (ptrdiff_t) at_, all_.begin() + (ptrdiff_t) to, '\n');
        at_ = to;
    }

    bool stands(size_t at, std::string_view what) const {
        return all_.substr(std::min(at, all_.size()), what.size()) == what;
    }

    size_t after_space(size_t at) const {
        while (at < all_.size() && is_space(character(all_, at))) at += character_size(all_, at);
        return at;
    }

    // Where text ends if the space behind it goes.
    size_t before_space(size_t begin, size_t end) const {
        size_t last = begin;
        for (size_t at = begin; at < end; at += character_size(all_, at)) {
            if (!is_space(character(all_, at))) last = at + character_size(all_, at);
        }
        return last;
    }

    // Text before a tag: without the space that the tag's sign or lstrip_blocks takes away.
    void push_data(size_t begin, size_t end, char sign, bool strips_line) {
        size_t last = end;
        if (sign == '-') {
            last = before_space(begin, end);
        } else if (sign != '+' && strips_line) {
            const size_t line = all_.substr(begin, end - begin).rfind('\n');
            const size_t start = line == std::string_view::npos ? begin : begin + line + 1;
            if ((start > begin || at_line_start_) && start < end && after_space(start) >= end) last = start;
        }
        if (last > begin) push(token_type::data, std::string(all_.substr(begin, last - begin)));
        go(end);
    }

    char sign_at(size_t at) const { return at < all_.size() && (all_[at] == '-' || all_[at] == '+') ? all_[at] : 0; }

    void cut_data() {
        size_t tag = at_;
        do {
            tag = all_.find('{', tag);
            if (tag == std::string_view::npos || tag + 1 >= all_.size()) {
                push(token_type::data, std::string(all_.substr(at_)));
                go(all_.size());
                return;
            }
        } while (std::string_view("%{#").find(all_[tag + 1]) == std::string_view::npos && ++tag);
        const char kind = all_[tag + 1];
        const char sign = sign_at(tag + 2);
        push_data(at_, tag, sign, kind != '{');
        const size_t raw = kind == '%' ? raw_begin(tag) : 0;
        if (raw) {
            set_line_start(raw);
            go(raw);
            cut_raw();
        } else if (kind == '#') {
            go(tag + 2 + (sign ? 1 : 0));
            at_line_start_ = false;
            skip_comment();
        } else {
            push(kind == '%' ? token_type::block_begin : token_type::expression_begin, "");
            go(tag + 2 + (sign ? 1 : 0));
            cut_tag(kind == '%' ? '%' : '}');
        }
    }

    void set_line_start(size_t end) { at_line_start_ = end > 0 && all_[end - 1] == '\n'; }

    // Behind "{% raw %}" at a place; 0 if it isn't there.
    size_t raw_begin(size_t at) const {
        at = after_space(at + 2 + (sign_at(at + 2) ? 1 : 0));
        if (!stands(at, "raw")) return 0;
        at = after_space(at + 3);
        if (stands(at, "-%}")) return after_space(at + 3);
        return stands(at, "%}") ? at + 2 : 0;
    }

    void cut_raw() {
        for (size_t tag = all_.find("{%", at_); tag != std::string_view::npos; tag = all_.find("{%", tag + 1)) {
            const char sign = sign_at(tag + 2);
            size_t end = after_space(tag + 2 + (sign ? 1 : 0));
            if (!stands(end, "endraw")) continue;
            end = block_end(after_space(end + 6));
            if (end == 0) continue;
            push_data(at_, tag, sign, true);
            set_line_start(end);
            go(end);
            return;
        }
        wrong("Missing end of raw directive");
    }

    void skip_comment() {
        const size_t hash = all_.find("#}", at_);
        if (hash == std::string_view::npos) wrong("Missing end of comment tag");
        size_t end = hash + 2;
        const char sign = hash > at_ ? all_[hash - 1] : 0;
        if (sign == '-') {
            end = after_space(end);
        } else if (sign != '+' && stands(end, "\n")) {
            end++;
        }
        set_line_start(end);
        go(end);
    }

    // Behind the end of a block tag at a place; 0 if it isn't there.
    size_t block_end(size_t at) const {
        if (stands(at, "+%}")) return at + 3;
        if (stands(at, "-%}")) return after_space(at + 3);
        if (!stands(at, "%}")) return 0;
        return stands(at + 2, "\n") ? at + 3 : at + 2;
    }

    size_t expression_end(size_t at) const {
        if (stands(at, "-}}")) return after_space(at + 3);
        return stands(at, "}}") ? at + 2 : 0;
    }

    void cut_tag(char kind) {
        std::string open; // brackets
        while (true) {
            go(after_space(at_));
            if (at_ >= all_.size()) {
                at_line_start_ = false;
                return; // the parser says what is missing
            }
            const size_t end = !open.empty() ? 0 : kind == '%' ? block_end(at_) : expression_end(at_);
            if (end > 0) {
                push(kind == '%' ? token_type::block_end : token_type::expression_end, "");
                set_line_start(end);
                go(end);
                return;
            }
            cut_token(open);
        }
    }

    void cut_token(std::string & open) {
        const char c = all_[at_];
        if (is_digit((uint8_t) c)) {
            cut_number();
        } else if (is_word(c)) {
            size_t end = at_;
            while (end < all_.size() && is_word(all_[end])) end++;
            push(token_type::name, std::string(all_.substr(at_, end - at_)));
            go(end);
        } else if (c == '"' || c == '\'') {
            cut_text(c);
        } else {
            cut_sign(open);
        }
    }

    void cut_sign(std::string & open) {
        for (const std::string_view two : {"//", "**", "==", "!=", ">=", "<="}) {
            if (stands(at_, two)) {
                push(token_type::sign, std::string(two));
                go(at_ + 2);
                return;
            }
        }
        const char c = all_[at_];
        if (std::string_view("+-/*%~[](){}><=.:|,;").find(c) == std::string_view::npos) {
            wrong("unexpected char '" + std::string(all_.substr(at_, character_size(all_, at_))) + "'");
        }
        if (c == '(' || c == '[' || c == '{') open += c == '(' ? ')' : c == '[' ? ']' : '}';
        if (c == ')' || c == ']' || c == '}') {
            if (open.empty()) wrong(std::string("unexpected '") + c + "'");
            if (open.back() != c) wrong(std::string("unexpected '") + c + "', expected '" + open.back() + "'");
            open.pop_back();
        }
        push(token_type::sign, std::string(1, c));
        go(at_ + 1);
    }

    size_t after_digits(size_t at) const {
        while (at < all_.size() && (is_digit((uint8_t) all_[at]) ||
                                    (all_[at] == '_' && at + 1 < all_.size() && is_digit((uint8_t) all_[at + 1])))) {
            at++;
        }
        return at;
    }

    void cut_number() {
        size_t end = after_digits(at_);
        bool whole = true;
        if (at_ == 0 || all_[at_ - 1] != '.') {
            if (end + 1 < all_.size() && all_[end] == '.' && is_digit((uint8_t) all_[end + 1])) {
                whole = false;
                end = after_digits(end + 1);
            }
            if (end < all_.size() && (all_[end] == 'e' || all_[end] == 'E')) {
                const size_t digits = end + 1 + (end + 1 < all_.size() && sign_at(end + 1) ? 1 : 0);
                if (digits < all_.size() && is_digit((uint8_t) all_[digits])) {
                    whole = false;
                    end = after_digits(digits);
                }
            }
        }
        std::string digits(all_.substr(at_, end - at_));
        digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
        token t{whole ? token_type::integer : token_type::number, digits, line_};
        const char *first = digits.data(), *last = first + digits.size();
        const std::errc error =
            whole ? std::from_chars(first, last, t.integer).ec : std::from_chars(first, last, t.number).ec;
        if (error != std::errc()) wrong("a number that is too large: " + digits);
        tokens_.push_back(std::move(t));
        go(end);
    }

    void cut_text(char quote) {
        std::string content;
        size_t at = at_ + 1;
        while (at < all_.size() && all_[at] != quote) {
            if (all_[at] == '\\' && at + 1 < all_.size()) {
                at = unescape(at + 1, content);
            } else {
                content += all_[at++];
            }
        }
        if (at >= all_.size()) wrong(std::string("unexpected char '") + quote + "'");
        push(token_type::text, std::move(content));
        go(at + 1);
    }

    // The escape whose letter stands at a place, as Python reads it; behind it.
    size_t unescape(size_t at, std::string & out) const {
        const char c = all_[at];
        const size_t letter = std::string_view("\\'\"abfnrtv").find(c);
        if (letter != std::string_view::npos) {
            out += "\\'\"\a\b\f\n\r\t\v"[letter];
            return at + 1;
        }
        if (c == '\n') return at + 1;
        if (c >= '0' && c <= '7') {
            uint32_t code = 0;
            size_t end = at;
            while (end < at + 3 && end < all_.size() && all_[end] >= '0' && all_[end] <= '7') {
                code = code * 8 + (uint32_t) (all_[end++] - '0');
            }
            append_character(out, code);
            return end;
        }
        const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (digits == 0) {
            out += '\\';
            out += c;
            return at + 1;
        }
        const std::string_view hex = all_.substr(at + 1, digits);
        uint32_t code = 0;
        const auto end = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16).ptr;
        if (hex.size() < digits || end != hex.data() + digits || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
            wrong(std::string("an escape \\") + c + " that is no character");
        }
        append_character(out, code);
        return at + 1 + digits;
    }

    const std::string source_;
    const std::string_view all_;
    std::vector<token> tokens_;
    size_t at_ = 0;
    int line_ = 1;
    bool at_line_start_ = true;
};

} // namespace

std::vector<token> cut_template(std::string_view source) { return lexer(source).cut(); }

} // namespace gto::jinja
