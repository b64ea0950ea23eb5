#include "jinja/filters.h"

#include "jinja/format.h"
#include "jinja/interpreter.h"
#include "jinja/json.h"
#include "jinja/list_filters.h"
#include "jinja/methods.h"
#include "jinja/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gto::jinja {

namespace {

bool flag(const value * v) { return v && is_true(*v); }

value otherwise(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("default", arguments, {"default_value", "boolean"}, 0);
    const bool missing = v.is_undefined() || (flag(bound[1]) && !is_true(v));
    if (!missing) return v;
    return bound[0] ? *bound[0] : in.make("");
}

value trim(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("trim", arguments, {"chars"}, 0);
    const text * set = nullptr;
    if (bound[0] && !bound[0]->is_none()) {
        set = bound[0]->as_text();
        if (!set) raise("trim: expected characters, found '%s'", type_name(*bound[0]));
    }
    return in.make(stripped(in.cost, in.str(v), set, true, true));
}

value string(interpreter & in, const value & v, call_arguments & arguments) {
    bind("string", arguments, {}, 0);
    return v.as_text() ? v : in.make(in.str(v));
}

value upper(interpreter & in, const value & v, call_arguments & arguments) {
    bind("upper", arguments, {}, 0);
    return in.make(in_upper_case(in.str(v)));
}

value lower(interpreter & in, const value & v, call_arguments & arguments) {
    bind("lower", arguments, {}, 0);
    return in.make(in_lower_case(in.str(v)));
}

value capitalize(interpreter & in, const value & v, call_arguments & arguments) {
    bind("capitalize", arguments, {}, 0);
    return in.make(capitalized(in.str(v)));
}

// Words begin behind space, hyphens and opening brackets.
value title(interpreter & in, const value & v, call_arguments & arguments) {
    bind("title", arguments, {}, 0);
    bool first = true;
    return in.make(in.str(v).transformed([&](std::string_view run) {
        std::string out;
        for (size_t at = 0; at < run.size(); at += character_size(run, at)) {
            const uint32_t c = character(run, at);
            first ? append_upper(out, c) : append_lower(out, c);
            first = is_space(c) || c == '-' || c == '(' || c == '{' || c == '[' || c == '<';
        }
        return out;
    }));
}

value count(interpreter & in, const value & v, call_arguments & arguments) {
    bind("length", arguments, {}, 0);
    if (v.as_text()) in.cost.copied(v.as_text()->size());
    return value(length(v));
}

value replace(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("replace", arguments, {"old", "new", "count"}, 2);
    const int64_t most = bound[2] && !bound[2]->is_none() ? whole_argument("replace", *bound[2]) : -1;
    return in.make(replaced(in, in.str(v), in.str(*bound[0]), in.str(*bound[1]), most));
}

value safe(interpreter & in, const value & v, call_arguments & arguments) {
    bind("safe", arguments, {}, 0);
    text t = in.str(v);
    t.markup = true;
    return in.make(std::move(t));
}

value escape(interpreter & in, const value & v, call_arguments & arguments) {
    bind("escape", arguments, {}, 0);
    return in.make(html_escaped(in.str(v)));
}

value to_json(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"}, 0);
    json_style style;
    style.ascii = flag(bound[0]);
    style.sort_keys = flag(bound[3]);
    if (bound[1] && !bound[1]->is_none()) {
        style.indented = true;
        style.item_separator = ",";
        constexpr int64_t widest = 1000;
        if (const text * t = bound[1]->as_text()) {
            style.indent = t->bytes();
        } else {
            const int64_t n = whole_argument("tojson's indent", *bound[1]);
            if (n > widest) raise("tojson's indent is more than %lld", (long long) widest);
            style.indent = std::string((size_t) std::max<int64_t>(0, n), ' ');
        }
    }
    if (bound[2] && !bound[2]->is_none()) {
        const std::vector<value> two = in.items_of(*bound[2]);
        if (two.size() != 2 || !two[0].as_text() || !two[1].as_text()) raise("tojson's separators: expected two texts");
        style.item_separator = two[0].as_text()->bytes();
        style.key_separator = two[1].as_text()->bytes();
    }
    return in.make(write_json(in.cost, v, style));
}

std::vector<byte_range> lines_of(std::string_view all) {
    std::vector<byte_range> lines;
    size_t begin = 0;
    for (size_t at = 0; at < all.size(); at++) {
        if (all[at] != '\n') continue;
        lines.push_back({begin, at});
        begin = at + 1;
    }
    lines.push_back({begin, all.size()});
    return lines;
}

value indent(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("indent", arguments, {"width", "first", "blank"}, 0);
    std::string by(4, ' ');
    if (bound[0]) {
        constexpr int64_t widest = 10000;
        const text * given = bound[0]->as_text();
        const int64_t width = given ? 0 : whole_argument("indent's width", *bound[0]);
        if (width > widest) raise("indent's width is more than %lld", (long long) widest);
        by = given ? given->bytes() : std::string((size_t) std::max<int64_t>(0, width), ' ');
    }
    const bool first = flag(bound[1]), blank = flag(bound[2]);
    const text t = in.str(v);
    std::vector<byte_range> lines = lines_of(t.bytes());
    text out;
    out.markup = t.markup;
    if (first) out.append(by);
    for (size_t i = 0; i < lines.size(); i++) {
        in.cost.step();
        const bool empty = lines[i].begin == lines[i].end;
        if (i > 0) {
            out.append("\n");
            if (blank || !empty) out.append(by);
        }
        out.append(t, lines[i].begin, lines[i].end);
        if (out.size() > in.cost.most.text_bytes) raise("a text is longer than %zu bytes", in.cost.most.text_bytes);
    }
    return in.make(std::move(out));
}

// Text that is a number, without the space around it and without underscores between digits.
std::string number_text(const text & t) {
    budget free{limits()};
    std::string s = stripped(free, t, nullptr, true, true).bytes();
    s.erase(std::remove(s.begin(), s.end(), '_'), s.end());
    if (!s.empty() && s[0] == '+') s.erase(0, 1);
    return s;
}

bool read_float(const text & t, double & d) {
    const std::string s = number_text(t);
    const auto end = std::from_chars(s.data(), s.data() + s.size(), d);
    return !s.empty() && end.ec == std::errc() && end.ptr == s.data() + s.size();
}

value to_int(interpreter &, const value & v, call_arguments & arguments) {
    const auto bound = bind("int", arguments, {"default", "base"}, 0);
    const value fallback = bound[0] ? *bound[0] : value((int64_t) 0);
    const int64_t base = bound[1] ? whole_argument("int's base", *bound[1]) : 10;
    double d = 0;
    if (const text * t = v.as_text()) {
        std::string s = number_text(*t);
        if (base == 16 && s.size() > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) s.erase(0, 2);
        int64_t i = 0;
        if (base < 2 || base > 36) return fallback;
        const auto end = std::from_chars(s.data(), s.data() + s.size(), i, (int) base);
        if (!s.empty() && end.ec == std::errc() && end.ptr == s.data() + s.size()) return value(i);
        if (!read_float(*t, d)) return fallback;
    } else if (v.is_float()) {
        d = *v.as<double>();
    } else if (v.is_number()) {
        return value(whole_argument("int", v));
    } else {
        return fallback;
    }
    return std::fabs(d) < 9e18 ? value((int64_t) d) : fallback;
}

value to_float(interpreter &, const value & v, call_arguments & arguments) {
    const auto bound = bind("float", arguments, {"default"}, 0);
    double d = 0;
    if (const text * t = v.as_text()) {
        if (read_float(*t, d)) return value(d);
    } else if (v.is_float()) {
        return v;
    } else if (v.is_number()) {
        return value((double) whole_argument("float", v));
    }
    return bound[0] ? *bound[0] : value(0.0);
}

value absolute(interpreter &, const value & v, call_arguments & arguments) {
    bind("abs", arguments, {}, 0);
    require_defined(v);
    if (v.is_float()) return value(std::fabs(*v.as<double>()));
    if (!v.is_number()) raise("bad operand type for abs(): '%s'", type_name(v));
    const int64_t i = whole_argument("abs", v);
    if (i == INT64_MIN) raise("a whole number of more than 64 bits");
    return value(i < 0 ? -i : i);
}

value round_to(interpreter &, const value & v, call_arguments & arguments) {
    const auto bound = bind("round", arguments, {"precision", "method"}, 0);
    if (!v.is_number()) raise("round: expected a number, found '%s'", type_name(v));
    const double d = v.is_float() ? *v.as<double>() : (double) whole_argument("round", v);
    const int64_t precision = bound[0] ? whole_argument("round's precision", *bound[0]) : 0;
    const std::string method = bound[1] && bound[1]->as_text() ? bound[1]->as_text()->bytes() : "common";
    if (method != "common" && method != "ceil" && method != "floor") raise("method must be common, ceil or floor");
    if (std::abs(precision) > 300) raise("round's precision: expected at most 300, found %lld", (long long) precision);
    const double scale = std::pow(10, (double) precision);
    if (method == "ceil") return value(std::ceil(d * scale) / scale);
    if (method == "floor") return value(std::floor(d * scale) / scale);
    if (!v.is_float()) {
        const int64_t n = whole_argument("round", v);
        return value(precision >= 0 ? n : (int64_t) (std::nearbyint(d * scale) / scale)); // halves to the even one
    }
    if (precision < 0) return value(std::nearbyint(d * scale) / scale);
    char digits[700];
    snprintf(digits, sizeof digits, "%.*f", (int) precision, d); // rounds the exact value, as Python does
    return value(strtod(digits, nullptr));
}

value format(interpreter & in, const value & v, call_arguments & arguments) {
    if (!arguments.positional.empty() && !arguments.named.empty()) {
        raise("can't handle positional and keyword arguments at the same time");
    }
    value with;
    if (!arguments.named.empty()) {
        std::vector<dict::entry> entries;
        for (const auto & [name, one] : arguments.named) entries.emplace_back(in.make(name), one);
        with = in.make_dict(std::move(entries));
    } else {
        with = in.make_list(arguments.positional, sequence::tuple);
    }
    return in.make(percent_format(in, in.str(v), with));
}

value center(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("center", arguments, {"width"}, 0);
    const value t = in.make(in.str(v));
    call_arguments width;
    width.positional.push_back(bound[0] ? *bound[0] : value((int64_t) 80));
    return in.call(in.attribute(t, "center"), width);
}

value word_count(interpreter & in, const value & v, call_arguments & arguments) {
    bind("wordcount", arguments, {}, 0);
    const text t = in.str(v);
    int64_t n = 0;
    bool in_word = false;
    for (size_t at = 0; at < t.size(); at += character_size(t.bytes(), at)) {
        const uint32_t c = character(t.bytes(), at);
        const bool word = is_alpha(c) || is_digit(c) || c == '_';
        n += word && !in_word;
        in_word = word;
    }
    return value(n);
}

value truncate(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("truncate", arguments, {"length", "killwords", "end", "leeway"}, 0);
    const int64_t most = bound[0] ? whole_argument("truncate's length", *bound[0]) : 255;
    const text end = bound[2] ? in.str(*bound[2]) : text("...");
    const int64_t leeway = bound[3] && !bound[3]->is_none() ? whole_argument("truncate's leeway", *bound[3]) : 5;
    const int64_t end_size = (int64_t) count_characters(end.bytes());
    if (most < end_size || leeway < 0) raise("truncate: expected length >= %lld and leeway >= 0", (long long) end_size);
    const text t = in.str(v);
    if ((int64_t) count_characters(t.bytes()) <= most + leeway) return in.make(t);
    text cut = t.slice(0, byte_of_character(t.bytes(), (size_t) (most - end_size)));
    if (!flag(bound[1])) {
        const size_t space = cut.bytes().rfind(' ');
        if (space != std::string::npos) cut = cut.slice(0, space);
    }
    cut.append(end);
    return in.make(std::move(cut));
}

value url_encode(interpreter & in, const value & v, call_arguments & arguments) {
    bind("urlencode", arguments, {}, 0);
    if (v.as_dict() || v.as_list()) raise("urlencode takes texts and numbers alone");
    return in.make(in.str(v).transformed([](std::string_view run) {
        std::string out;
        char code[4];
        for (const char c : run) {
            const bool plain = c > 0 && (is_alpha((uint32_t) c) || is_digit((uint32_t) c) ||
                                         std::string_view("_.-~/").find(c) != std::string_view::npos);
            snprintf(code, sizeof code, "%%%02X", (uint8_t) c);
            plain ? out += c : out += code;
        }
        return out;
    }));
}

value attribute(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("attr", arguments, {"name"}, 1);
    if (!bound[0]->as_text()) raise("attr: expected a name, found '%s'", type_name(*bound[0]));
    const std::string & name = bound[0]->as_text()->bytes();
    if (attributes * a = v.as_attributes()) return a->get(in, name);
    return find_method(v, name);
}

const std::pair<const char *, filter_function> all[] = {
    {"default", otherwise},
    {"d", otherwise},
    {"trim", trim},
    {"string", string},
    {"upper", upper},
    {"lower", lower},
    {"capitalize", capitalize},
    {"title", title},
    {"length", count},
    {"count", count},
    {"replace", replace},
    {"safe", safe},
    {"escape", escape},
    {"e", escape},
    {"tojson", to_json},
    {"indent", indent},
    {"int", to_int},
    {"float", to_float},
    {"abs", absolute},
    {"round", round_to},
    {"format", format},
    {"center", center},
    {"wordcount", word_count},
    {"truncate", truncate},
    {"urlencode", url_encode},
    {"attr", attribute},
};

} // namespace

filter_function find_filter(const std::string & name) {
    for (const auto & [known, f] : all) {
        if (name == known) return f;
    }
    return find_list_filter(name);
}

} // namespace gto::jinja
