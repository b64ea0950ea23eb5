// The text of a grammar while it is read: where we are, what stands here, and errors that say so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gto {

class gbnf_text {
  public:
    explicit gbnf_text(std::string_view text) : text_(text) {}

    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || is_digit(c); }

    size_t at() const { return at_; }
    bool at_end() const { return at_ >= text_.size(); }
    bool at_line_end() const { return peek() == '\n' || peek() == '\r'; }
    // '\0' behind the end.
    char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    // Goes on behind `what` if it stands here.
    bool take(std::string_view what);
    // What stands up to and with `last`, empty if it doesn't come.
    std::string_view take_until(char last);
    // Spaces, tabs and comments, maybe line ends, too.
    void skip_space(bool newline_ok);
    std::string name(const char * expected);
    uint64_t number(const char * expected);
    // A character of a literal or a class, maybe escaped.
    uint32_t character();

    // Errors of kind GTO_E_FORMAT that name line and column.
    [[noreturn]] void wrong(const char * expected) const;
    [[noreturn]] void fail_at(size_t at, const char * format, ...) const __attribute__((format(printf, 3, 4)));

  private:
    uint32_t escaped();
    uint32_t hexadecimal(int digits);

    std::string_view text_;
    size_t at_ = 0;
};

} // namespace gto
