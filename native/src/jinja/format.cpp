#include "jinja/format.h"

#include "jinja/interpreter.h"
#include "jinja/unicode.h"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace gto::jinja {

namespace {

constexpr int64_t widest = 10000; // field

// What stands between a gap's borders: [[fill]align][sign][#][0][width][,][.precision][type]
struct field {
    std::string fill = " ";
    char align = 0, sign = '-', type = 0;
    bool alternate = false, thousands = false;
    int64_t width = 0, precision = -1;
};

int64_t read_number(std::string_view s, size_t & at) {
    int64_t n = 0;
    while (at < s.size() && is_digit((uint8_t) s[at])) {
        n = n * 10 + (s[at++] - '0');
        if (n > widest) raise("a field wider than %lld characters", (long long) widest);
    }
    return n;
}

field read_field(std::string_view s) {
    field f;
    size_t at = 0;
    const auto is_align = [&](size_t i) {
        return i < s.size() && std::string_view("<>^=").find(s[i]) != std::string_view::npos;
    };
    const size_t first = s.empty() ? 0 : character_size(s, 0);
    if (first > 0 && is_align(first)) {
        f.fill = std::string(s.substr(0, first));
        f.align = s[first];
        at = first + 1;
    } else if (is_align(0)) {
        f.align = s[at++];
    }
    if (at < s.size() && std::string_view("+- ").find(s[at]) != std::string_view::npos) f.sign = s[at++];
    if (at < s.size() && s[at] == '#') f.alternate = (at++, true);
    if (at < s.size() && s[at] == '0') {
        at++;
        if (!f.align) {
            f.fill = "0";
            f.align = '=';
        }
    }
    f.width = read_number(s, at);
    if (at < s.size() && (s[at] == ',' || s[at] == '_')) f.thousands = (at++, true);
    if (at < s.size() && s[at] == '.') {
        at++;
        f.precision = read_number(s, at);
    }
    if (at < s.size()) f.type = s[at++];
    if (at < s.size()) raise("invalid format specifier '%s'", std::string(s).c_str());
    return f;
}

text padded(const field & f, char align, const text & sign, const text & content) {
    const int64_t missing =
        f.width - (int64_t) count_characters(sign.bytes()) - (int64_t) count_characters(content.bytes());
    const int64_t fill = std::max<int64_t>(0, missing);
    const int64_t before = align == '<' ? 0 : align == '^' ? fill / 2 : fill;
    text out;
    const auto pad = [&](int64_t n) {
        for (int64_t i = 0; i < n; i++) out.append(f.fill);
    };
    if (align == '=') out.append(sign);
    pad(before);
    if (align != '=') out.append(sign);
    out.append(content);
    pad(fill - before);
    return out;
}

std::string with_thousands(const std::string & digits) {
    const size_t whole = std::min(digits.find_first_of(".e"), digits.size());
    std::string out;
    for (size_t i = 0; i < digits.size(); i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0) out += ',';
        out += digits[i];
    }
    return out;
}

std::string whole_digits(uint64_t n, char type, bool alternate) {
    const unsigned base = type == 'x' || type == 'X' ? 16 : type == 'o' ? 8 : type == 'b' ? 2 : 10;
    std::string digits;
    do {
        digits += "0123456789abcdef"[n % base];
        n /= base;
    } while (n > 0);
    if (alternate && base != 10) digits += {(char) (type == 'X' ? 'x' : type), '0'};
    std::reverse(digits.begin(), digits.end());
    if (type == 'X')
        std::transform(digits.begin(), digits.end(), digits.begin(), [](char c) { return (char) toupper(c); });
    return digits;
}

std::string float_digits(double d, const field & f) {
    if (!f.type && f.precision < 0) return float_repr(d);
    const char type = f.type == '%' ? 'f' : f.type ? f.type : 'g';
    const std::string pattern = std::string("%.*") + type;
    std::string digits(512, '\0');
    const int n =
        snprintf(digits.data(), digits.size(), pattern.c_str(),
                 (int) std::min<int64_t>(f.precision < 0 ? 6 : f.precision, 100), f.type == '%' ? d * 100 : d);
    digits.resize((size_t) std::clamp(n, 0, (int) digits.size() - 1));
    return f.type == '%' ? digits + "%" : digits;
}

text number_text(const field & f, const value & v) {
    const bool whole = !v.is_float() && std::string_view("eEfFgG%").find(f.type) == std::string_view::npos;
    std::string digits;
    bool negative = false;
    if (whole || (!v.is_float() && !f.type)) {
        const int64_t n = whole_argument("a number", v);
        negative = n < 0;
        digits = whole_digits(negative ? 0 - (uint64_t) n : (uint64_t) n, f.type, f.alternate);
    } else {
        const double d = v.is_float() ? *v.as<double>() : (double) whole_argument("a number", v);
        negative = std::signbit(d);
        digits = float_digits(std::fabs(d), f);
    }
    if (f.thousands) digits = with_thousands(digits);
    const std::string sign = negative ? "-" : f.sign == '-' ? "" : std::string(1, f.sign);
    return padded(f, f.align ? f.align : '>', text(sign), text(digits));
}

bool is_number_type(char c) { return c && std::string_view("bcdeEfFgGnoxX%").find(c) != std::string_view::npos; }

text formatted(interpreter & in, const value & v, std::string_view specifier) {
    const field f = read_field(specifier);
    if (v.is_number() && (is_number_type(f.type) || (!v.is_bool() && !f.type))) return number_text(f, v);
    if (f.type && f.type != 's') raise("Unknown format code '%c' for object of type '%s'", f.type, type_name(v));
    if (!v.as_text() && !specifier.empty() && !v.is_bool()) {
        raise("unsupported format string passed to %s.__format__", type_name(v));
    }
    text t = in.str(v);
    if (f.precision >= 0) t = t.slice(0, byte_of_character(t.bytes(), (size_t) f.precision));
    return padded(f, f.align == '=' ? '<' : f.align ? f.align : '<', text(), t);
}

// Reads "name.attribute[item]" of a gap.
value field_value(interpreter & in, std::string_view name, const call_arguments & arguments, size_t & automatic) {
    size_t at = std::min(name.find_first_of(".["), name.size());
    std::string first(name.substr(0, at));
    value v;
    if (first.empty()) first = std::to_string(automatic++);
    if (std::all_of(first.begin(), first.end(), [](char c) { return is_digit((uint8_t) c); })) {
        size_t from = 0;
        const size_t index = (size_t) read_number(first, from);
        if (index >= arguments.positional.size()) raise("Replacement index %zu out of range", index);
        v = arguments.positional[index];
    } else {
        const auto named = std::find_if(arguments.named.begin(), arguments.named.end(),
                                        [&](const auto & a) { return a.first == first; });
        if (named == arguments.named.end()) raise("KeyError: '%s'", first.c_str());
        v = named->second;
    }
    while (at < name.size()) {
        const bool is_item = name[at] == '[';
        const size_t end = std::min(is_item ? name.find(']', at) : name.find_first_of(".[", at + 1), name.size());
        const std::string part(name.substr(at + 1, end - at - 1));
        const bool index =
            !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return is_digit((uint8_t) c); });
        size_t from = 0;
        v = !is_item ? in.attribute(v, part) : in.item(v, index ? value(read_number(part, from)) : in.make(part));
        at = is_item ? std::min(end + 1, name.size()) : end;
    }
    return v;
}

} // namespace

text brace_format(interpreter & in, const text & format, const call_arguments & arguments) {
    const std::string_view all = format.bytes();
    text out;
    size_t at = 0, automatic = 0;
    while (at < all.size()) {
        in.cost.step();
        const size_t brace = std::min(all.find_first_of("{}", at), all.size());
        out.append(format, at, brace);
        at = brace;
        if (at >= all.size()) break;
        if (at + 1 < all.size() && all[at + 1] == all[at]) {
            out.append(format, at, at + 1);
            at += 2;
            continue;
        }
        if (all[at] == '}') raise("Single '}' encountered in format string");
        const size_t end = all.find('}', at);
        if (end == std::string_view::npos) raise("expected '}' before end of string");
        std::string_view gap = all.substr(at + 1, end - at - 1), specifier;
        if (gap.find('{') != std::string_view::npos) raise("gaps within a gap's format aren't supported");
        if (const size_t colon = gap.find(':'); colon != std::string_view::npos) {
            specifier = gap.substr(colon + 1);
            gap = gap.substr(0, colon);
        }
        char conversion = 0;
        if (const size_t mark = gap.find('!'); mark != std::string_view::npos) {
            conversion = mark + 1 < gap.size() ? gap[mark + 1] : 0;
            gap = gap.substr(0, mark);
        }
        const value v = field_value(in, gap, arguments, automatic);
        if (conversion == 'r') {
            out.append(formatted(in, in.make(to_repr(in.cost, v)), specifier));
        } else {
            out.append(formatted(in, conversion == 's' ? in.make(in.str(v)) : v, specifier));
        }
        if (out.size() > in.cost.most.text_bytes) raise("a text is longer than %zu bytes", in.cost.most.text_bytes);
        at = end + 1;
    }
    return out;
}

text percent_format(interpreter & in, const text & format, const value & arguments) {
    const list * several = arguments.as_list();
    const bool is_tuple = several && several->shape == sequence::tuple;
    const std::string_view all = format.bytes();
    text out;
    out.markup = format.markup;
    size_t at = 0, used = 0;
    while (at < all.size()) {
        in.cost.step();
        const size_t percent = std::min(all.find('%', at), all.size());
        out.append(format, at, percent);
        at = percent + 1;
        if (percent >= all.size()) break;
        std::string key;
        if (at < all.size() && all[at] == '(') {
            const size_t end = all.find(')', at);
            if (end == std::string_view::npos) raise("incomplete format key");
            key = std::string(all.substr(at + 1, end - at - 1));
            at = end + 1;
        }
        field f;
        while (at < all.size() && std::string_view("-+ #0").find(all[at]) != std::string_view::npos) {
            if (all[at] == '-') f.align = '<';
            if (all[at] == '+' || all[at] == ' ') f.sign = all[at];
            if (all[at] == '#') f.alternate = true;
            if (all[at] == '0' && !f.align) {
                f.fill = "0";
                f.align = '=';
            }
            at++;
        }
        f.width = read_number(all, at);
        if (at < all.size() && all[at] == '.') {
            at++;
            f.precision = read_number(all, at);
        }
        if (at >= all.size()) raise("incomplete format");
        f.type = all[at++];
        if (f.type == '%') {
            out.append("%");
            continue;
        }
        value v;
        if (!key.empty()) {
            if (!arguments.as_dict()) raise("format requires a mapping");
            v = in.item(arguments, in.make(key));
        } else if (is_tuple) {
            if (used >= several->items.size()) raise("not enough arguments for format string");
            v = several->items[used++];
        } else {
            if (used++ > 0) raise("not enough arguments for format string");
            v = arguments;
        }
        if (f.type == 's' || f.type == 'r') {
            text t = f.type == 's' ? in.str(v) : to_repr(in.cost, v);
            if (f.precision >= 0) t = t.slice(0, byte_of_character(t.bytes(), (size_t) f.precision));
            if (out.markup) t = html_escaped(t);
            out.append(padded(f, f.align == '<' ? '<' : '>', text(), t));
        } else if (std::string_view("diuxXoeEfFgG").find(f.type) != std::string_view::npos) {
            if (!v.is_number()) raise("%%%c format: a real number is required, not %s", f.type, type_name(v));
            const bool whole = std::string_view("diuxXo").find(f.type) != std::string_view::npos;
            if (f.type == 'i' || f.type == 'u') f.type = 'd';
            out.append(number_text(f, whole && v.is_float() ? value((int64_t) *v.as<double>()) : v));
        } else {
            raise("unsupported format character '%c'", f.type);
        }
        if (out.size() > in.cost.most.text_bytes) raise("a text is longer than %zu bytes", in.cost.most.text_bytes);
    }
    const bool all_used = is_tuple ? used == several->items.size() : used > 0 || arguments.as_dict() || several;
    if (!all_used) raise("not all arguments converted during string formatting");
    return out;
}

std::string time_format(int64_t seconds, const std::string & format) {
    constexpr size_t longest = 1000;
    if (format.size() > longest) raise("a time format is longer than %zu bytes", longest);
    std::string plain;
    for (size_t i = 0; i < format.size(); i++) {
        if (format[i] != '%' || i + 1 >= format.size()) {
            plain += format[i];
        } else if (const char c = format[++i]; c == 'f') {
            plain += "000000"; // the clock has whole seconds
        } else if (c != 'z' && c != 'Z') {
            plain += {'%', c};
        } // and no time zone
    }
    const time_t t = (time_t) seconds;
    tm fields = {};
    if (!gmtime_r(&t, &fields)) raise("the time %lld is none", (long long) seconds);
    static const locale_t english = newlocale(LC_ALL_MASK, "C", (locale_t) 0);
    std::string out(plain.size() * 16 + 256, '\0');
    out.resize(strftime_l(out.data(), out.size(), plain.c_str(), &fields, english));
    return out;
}

text html_escaped(const text & t) {
    if (t.markup) return t;
    text escaped = t.transformed([](std::string_view run) {
        std::string out;
        for (const char c : run) {
            switch (c) {
                case '&': out += "&amp;"; break;
                case '<': out += "&lt;"; break;
                case '>': out += "&gt;"; break;
                case '\'': out += "&#39;"; break;
                case '"': out += "&#34;"; break;
                default: out += c;
            }
        }
        return out;
    });
    escaped.markup = true;
    return escaped;
}

} // namespace gto::jinja
