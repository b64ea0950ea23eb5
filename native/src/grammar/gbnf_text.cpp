#include "grammar/gbnf_text.h"

#include "common/status.h"
#include "grammar/utf8.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace gto {

bool gbnf_text::take(std::string_view what) {
    if (text_.substr(at_, what.size()) != what) return false;
    at_ += what.size();
    return true;
}

std::string_view gbnf_text::take_until(char last) {
    const size_t end = text_.find(last, at_);
    if (end == std::string_view::npos) return {};
    const std::string_view found = text_.substr(at_, end + 1 - at_);
    at_ = end + 1;
    return found;
}

void gbnf_text::skip_space(bool newline_ok) {
    while (!at_end()) {
        const char c = peek();
        if (c == '#') {
            while (!at_end() && !at_line_end()) at_++;
        } else if (c == ' ' || c == '\t' || (newline_ok && at_line_end())) {
            at_++;
        } else {
            return;
        }
    }
}

std::string gbnf_text::name(const char * expected) {
    const size_t begin = at_;
    while (is_word(peek())) at_++;
    if (at_ == begin) wrong(expected);
    return std::string(text_.substr(begin, at_ - begin));
}

uint64_t gbnf_text::number(const char * expected) {
    if (!is_digit(peek())) wrong(expected);
    const size_t begin = at_;
    uint64_t value = 0;
    for (; is_digit(peek()); at_++) {
        value = value * 10 + (uint64_t) (peek() - '0');
        if (value > UINT32_MAX) fail_at(begin, "the number is too large");
    }
    return value;
}

uint32_t gbnf_text::character() {
    if (at_end()) wrong("a closing \" or ]");
    if (take("\\")) return escaped();
    utf8_reader reader;
    const size_t begin = at_;
    do {
        if (at_end() || !reader.read((uint8_t) text_[at_++])) fail_at(begin, "expected UTF-8");
    } while (reader.pending());
    return reader.character();
}

uint32_t gbnf_text::escaped() {
    const char c = peek();
    if (!at_end()) at_++;
    switch (c) {
        case 'x': return hexadecimal(2);
        case 'u': return hexadecimal(4);
        case 'U': return hexadecimal(8);
        case 't': return '\t';
        case 'r': return '\r';
        case 'n': return '\n';
        case '\\':
        case '"':
        case '[':
        case ']':
        case '-': return (uint32_t) c;
        default: fail_at(at_ - 1, "expected an escape of \\x \\u \\U \\t \\r \\n \\\\ \\\" \\[ \\] \\-");
    }
}

uint32_t gbnf_text::hexadecimal(int digits) {
    const size_t begin = at_;
    uint32_t value = 0;
    for (int i = 0; i < digits; i++, at_++) {
        const char c = peek();
        const int digit = is_digit(c)            ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) wrong("a hexadecimal digit");
        value = value * 16 + (uint32_t) digit;
    }
    if (value > 0x10FFFF) fail_at(begin, "U+%X is no character", value);
    return value;
}

void gbnf_text::wrong(const char * expected) const {
    if (at_end()) fail_at(at_, "expected %s, found the end", expected);
    std::string_view rest = text_.substr(at_, 30);
    rest = rest.substr(0, std::min(rest.find('\n'), rest.size()));
    fail_at(at_, "expected %s, found \"%.*s\"", expected, (int) rest.size(), rest.data());
}

void gbnf_text::fail_at(size_t at, const char * format, ...) const {
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    const std::string_view before = text_.substr(0, at);
    const size_t line = 1 + (size_t) std::count(before.begin(), before.end(), '\n');
    const size_t begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    fail(GTO_E_FORMAT, "grammar, line %zu, column %zu: %s", line, at - begin + 1, what);
}

} // namespace gto
