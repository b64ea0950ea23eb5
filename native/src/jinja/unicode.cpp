#include "jinja/unicode.h"

#include <clocale>
#include <cwctype>

#include <locale.h>

namespace gto::jinja {

namespace {

// Letters are known to the C library's own locale of all Unicode, which needs no file of the system.
locale_t all_unicode() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t) 0);
    return locale;
}

bool is_ascii(uint32_t c) { return c < 0x80; }

bool follows(std::string_view text, size_t at, size_t n) {
    if (text.size() - at <= n) return false;
    for (size_t i = 1; i <= n; i++) {
        if (((uint8_t) text[at + i] & 0xC0) != 0x80) return false;
    }
    return true;
}

} // namespace

size_t character_size(std::string_view text, size_t at) {
    const uint8_t c = (uint8_t) text[at];
    if (c < 0xC2) return 1;
    if (c < 0xE0) return follows(text, at, 1) ? 2 : 1;
    if (c < 0xF0) return follows(text, at, 2) ? 3 : 1;
    if (c < 0xF5) return follows(text, at, 3) ? 4 : 1;
    return 1;
}

uint32_t character(std::string_view text, size_t at) {
    const auto byte = [&](size_t i) { return (uint32_t) (uint8_t) text[at + i]; };
    switch (character_size(text, at)) {
        case 2: return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
        case 3: return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
        case 4: return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
        default: return byte(0) < 0x80 ? byte(0) : 0xFFFD;
    }
}

void append_character(std::string & out, uint32_t c) {
    if (c < 0x80) {
        out += (char) c;
    } else if (c < 0x800) {
        out += (char) (0xC0 | c >> 6);
        out += (char) (0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += (char) (0xE0 | c >> 12);
        out += (char) (0x80 | (c >> 6 & 0x3F));
        out += (char) (0x80 | (c & 0x3F));
    } else {
        out += (char) (0xF0 | c >> 18);
        out += (char) (0x80 | (c >> 12 & 0x3F));
        out += (char) (0x80 | (c >> 6 & 0x3F));
        out += (char) (0x80 | (c & 0x3F));
    }
}

size_t count_characters(std::string_view text) {
    size_t n = 0;
    for (size_t at = 0; at < text.size(); at += character_size(text, at)) n++;
    return n;
}

size_t byte_of_character(std::string_view text, size_t n) {
    size_t at = 0;
    for (; n > 0 && at < text.size(); n--) at += character_size(text, at);
    return at;
}

std::vector<size_t> character_borders(std::string_view text) {
    std::vector<size_t> borders;
    for (size_t at = 0; at < text.size(); at += character_size(text, at)) borders.push_back(at);
    borders.push_back(text.size());
    return borders;
}

bool is_space(uint32_t c) {
    return (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_upper(uint32_t c) {
    return is_ascii(c) ? c >= 'A' && c <= 'Z' : all_unicode() && iswupper_l((wint_t) c, all_unicode());
}

bool is_lower(uint32_t c) {
    return is_ascii(c) ? c >= 'a' && c <= 'z' : all_unicode() && iswlower_l((wint_t) c, all_unicode());
}

bool is_alpha(uint32_t c) {
    if (is_ascii(c)) return is_upper(c) || is_lower(c);
    return all_unicode() && iswalpha_l((wint_t) c, all_unicode());
}

bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }

bool is_printable(uint32_t c) {
    if (is_ascii(c)) return c >= 0x20 && c < 0x7F;
    if (is_space(c) || c < 0xA1 || c == 0xAD || (c >= 0xD800 && c < 0xF900)) return false;
    if ((c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F)) return false;
    return c != 0xFEFF && c != 0xFFFE && c != 0xFFFF && c < 0xE0000;
}

void append_upper(std::string & out, uint32_t c) {
    if (is_ascii(c)) {
        out += (char) (is_lower(c) ? c - 32 : c);
    } else if (c == 0xDF) {
        out += "SS"; // the one letter of common texts that becomes two
    } else {
        append_character(out, all_unicode() ? (uint32_t) towupper_l((wint_t) c, all_unicode()) : c);
    }
}

void append_lower(std::string & out, uint32_t c) {
    if (is_ascii(c)) {
        out += (char) (is_upper(c) ? c + 32 : c);
    } else {
        append_character(out, all_unicode() ? (uint32_t) towlower_l((wint_t) c, all_unicode()) : c);
    }
}

} // namespace gto::jinja
