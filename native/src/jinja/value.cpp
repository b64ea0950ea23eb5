#include "jinja/value.h"

#include "jinja/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gto::jinja {

const value * dict::find(std::string_view key) const {
    const int64_t at = place("s" + std::string(key));
    return at < 0 ? nullptr : &entries_[(size_t) at].second;
}

const value * dict::find(const value & key) const {
    const int64_t at = place(key_name(key));
    return at < 0 ? nullptr : &entries_[(size_t) at].second;
}

int64_t dict::place(const std::string & name) const {
    constexpr size_t few = 8;
    if (names_.size() > few) {
        const auto found = places_.find(name);
        return found == places_.end() ? -1 : (int64_t) found->second;
    }
    const auto found = std::find(names_.begin(), names_.end(), name);
    return found == names_.end() ? -1 : found - names_.begin();
}

void dict::set(const value & key, const value & v) {
    std::string name = key_name(key);
    const int64_t at = place(name);
    if (at >= 0) {
        entries_[(size_t) at].second = v;
        return;
    }
    places_.emplace(name, entries_.size());
    names_.push_back(std::move(name));
    entries_.emplace_back(key, v);
}

std::string key_name(const value & key) {
    if (const text * t = key.as_text()) return "s" + t->bytes();
    if (key.is_none()) return "n";
    if (const bool * b = key.as<bool>()) return *b ? "i1" : "i0";
    if (const int64_t * i = key.as<int64_t>()) return "i" + std::to_string(*i);
    if (const double * d = key.as<double>()) {
        return *d == std::floor(*d) && std::fabs(*d) < 1e18 ? "i" + std::to_string((int64_t) *d) : "f" + float_repr(*d);
    }
    if (const list * l = key.as_list(); l && l->shape == sequence::tuple) {
        std::string name = "t";
        for (const value & item : l->items) {
            const std::string one = key_name(item);
            name += std::to_string(one.size()) + ":" + one;
        }
        return name;
    }
    raise("unhashable type: '%s'", type_name(key));
}

value own_text(budget & cost, std::string t) {
    held memory(cost, sizeof(text_box) + t.size());
    return value(std::make_shared<const text_box>(text_box{text(std::move(t)), std::move(memory)}));
}

value make_undefined(std::string why) { return undefined{std::make_shared<const std::string>(std::move(why))}; }

void require_defined(const value & v) {
    if (const undefined * u = v.as<undefined>()) raise("%s", u->why ? u->why->c_str() : "a value is undefined");
}

const char * type_name(const value & v) {
    if (v.is_undefined()) return "Undefined";
    if (v.is_none()) return "NoneType";
    if (v.is_bool()) return "bool";
    if (v.is_integer()) return "int";
    if (v.is_float()) return "float";
    if (v.as_text()) return "str";
    if (v.as_dict()) return "dict";
    if (v.as_function()) return "function";
    if (v.as_attributes()) return "Namespace";
    switch (v.as_list()->shape) {
        case sequence::list: return "list";
        case sequence::tuple: return "tuple";
        case sequence::range: return "range";
        case sequence::keys: return "dict_keys";
        case sequence::values: return "dict_values";
        case sequence::items: return "dict_items";
        case sequence::generator: break;
    }
    return "generator";
}

bool is_true(const value & v) {
    if (v.is_undefined() || v.is_none()) return false;
    if (const bool * b = v.as<bool>()) return *b;
    if (const int64_t * i = v.as<int64_t>()) return *i != 0;
    if (const double * d = v.as<double>()) return *d != 0;
    if (const text * t = v.as_text()) return !t->empty();
    if (const list * l = v.as_list()) return l->shape == sequence::generator || !l->items.empty();
    if (const dict * d = v.as_dict()) return !d->entries().empty();
    return true;
}

namespace {

double number(const value & v) {
    if (const bool * b = v.as<bool>()) return *b;
    if (const int64_t * i = v.as<int64_t>()) return (double) *i;
    return *v.as<double>();
}

bool is_whole(const value & v) { return v.is_bool() || v.is_integer(); }
int64_t whole(const value & v) { return v.is_bool() ? *v.as<bool>() : *v.as<int64_t>(); }

bool equal_lists(budget & cost, const list & a, const list & b) {
    if (&a == &b) return true;
    const bool compares = a.shape == b.shape && a.shape != sequence::generator && a.shape != sequence::values;
    if (!compares || a.items.size() != b.items.size()) return false;
    for (size_t i = 0; i < a.items.size(); i++) {
        if (!is_equal(cost, a.items[i], b.items[i])) return false;
    }
    return true;
}

bool equal_dicts(budget & cost, const dict & a, const dict & b) {
    if (&a == &b) return true;
    if (a.entries().size() != b.entries().size()) return false;
    for (const auto & [key, one] : a.entries()) {
        const value * other = b.find(key);
        if (!other || !is_equal(cost, one, *other)) return false;
    }
    return true;
}

} // namespace

bool is_equal(budget & cost, const value & a, const value & b) {
    cost.step();
    if (is_whole(a) && is_whole(b)) return whole(a) == whole(b);
    if (a.is_number() && b.is_number()) return number(a) == number(b);
    if (a.index() != b.index()) return false;
    if (const text * t = a.as_text()) {
        cost.copied(t->size());
        return t->bytes() == b.as_text()->bytes();
    }
    if (const list * l = a.as_list()) return equal_lists(cost, *l, *b.as_list());
    if (const dict * d = a.as_dict()) return equal_dicts(cost, *d, *b.as_dict());
    if (a.as_function()) return a.as_function() == b.as_function();
    if (a.as_attributes()) return a.as_attributes() == b.as_attributes();
    return true; // undefined and none
}

bool is_less(budget & cost, const value & a, const value & b) {
    cost.step();
    require_defined(a);
    require_defined(b);
    if (is_whole(a) && is_whole(b)) return whole(a) < whole(b);
    if (a.is_number() && b.is_number()) return number(a) < number(b);
    if (a.as_text() && b.as_text()) {
        cost.copied(a.as_text()->size());
        return a.as_text()->bytes() < b.as_text()->bytes(); // the order of characters is that of their bytes
    }
    const list *l = a.as_list(), *m = b.as_list();
    if (l && m && l->shape == m->shape && (l->shape == sequence::list || l->shape == sequence::tuple)) {
        for (size_t i = 0; i < std::min(l->items.size(), m->items.size()); i++) {
            if (!is_equal(cost, l->items[i], m->items[i])) return is_less(cost, l->items[i], m->items[i]);
        }
        return l->items.size() < m->items.size();
    }
    raise("'<' not supported between instances of '%s' and '%s'", type_name(a), type_name(b));
}

bool has_length(const value & v) {
    const list * l = v.as_list();
    return v.is_undefined() || v.as_text() || v.as_dict() || (l && l->shape != sequence::generator);
}

int64_t length(const value & v) {
    if (!has_length(v)) raise("object of type '%s' has no len()", type_name(v));
    if (const text * t = v.as_text()) return (int64_t) count_characters(t->bytes());
    if (const dict * d = v.as_dict()) return (int64_t) d->entries().size();
    if (const list * l = v.as_list()) return (int64_t) l->items.size();
    return 0;
}

std::string float_repr(double d) {
    if (std::isnan(d)) return "nan";
    if (std::isinf(d)) return d > 0 ? "inf" : "-inf";
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, d, std::chars_format::scientific).ptr;
    const std::string shortest(digits, end);
    const int exponent = std::stoi(shortest.substr(shortest.find('e') + 1));
    if (exponent < -4 || exponent >= 16) return shortest;
    const auto fixed = std::to_chars(digits, digits + sizeof digits, d, std::chars_format::fixed).ptr;
    std::string plain(digits, fixed);
    return plain.find('.') == std::string::npos ? plain + ".0" : plain;
}

namespace {

// What repr() writes of a text between quotes.
std::string escaped(std::string_view run, char quote) {
    std::string out;
    char code[16];
    for (size_t at = 0; at < run.size(); at += character_size(run, at)) {
        const uint32_t c = character(run, at);
        if (c == '\\' || c == (uint32_t) quote) {
            out += '\\';
            out += (char) c;
        } else if (c == '\n' || c == '\r' || c == '\t') {
            out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
        } else if (is_printable(c)) {
            out.append(run.substr(at, character_size(run, at)));
        } else {
            snprintf(code, sizeof code, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
            out += code;
        }
    }
    return out;
}

text text_repr(const text & t) {
    const bool single = t.bytes().find('\'') == std::string::npos || t.bytes().find('"') != std::string::npos;
    const char quote = single ? '\'' : '"';
    text out(std::string(1, quote));
    out.append(t.transformed([quote](std::string_view run) { return escaped(run, quote); }));
    out.append(std::string(1, quote));
    return out;
}

void append_repr(budget & cost, text & out, const value & v);

void append_items(budget & cost, text & out, const std::vector<value> & items) {
    for (size_t i = 0; i < items.size(); i++) {
        if (i > 0) out.append(", ");
        append_repr(cost, out, items[i]);
    }
}

void append_list(budget & cost, text & out, const list & l) {
    switch (l.shape) {
        case sequence::list:
            out.append("[");
            append_items(cost, out, l.items);
            out.append("]");
            break;
        case sequence::tuple:
            out.append("(");
            append_items(cost, out, l.items);
            out.append(l.items.size() == 1 ? ",)" : ")");
            break;
        case sequence::generator: out.append("<generator object>"); break;
        case sequence::range: raise("a range can't be written");
        default:
            out.append(l.shape == sequence::keys     ? "dict_keys(["
                       : l.shape == sequence::values ? "dict_values(["
                                                     : "dict_items([");
            append_items(cost, out, l.items);
            out.append("])");
    }
}

void append_repr(budget & cost, text & out, const value & v) {
    cost.step();
    if (out.size() > cost.most.text_bytes) raise("a text is longer than %zu bytes", cost.most.text_bytes);
    if (v.is_undefined()) {
        out.append("Undefined");
    } else if (const text * t = v.as_text()) {
        cost.copied(t->size());
        out.append(text_repr(*t));
    } else if (const list * l = v.as_list()) {
        append_list(cost, out, *l);
    } else if (const dict * d = v.as_dict()) {
        out.append("{");
        bool first = true;
        for (const auto & [key, one] : d->entries()) {
            if (!first) out.append(", ");
            first = false;
            append_repr(cost, out, key);
            out.append(": ");
            append_repr(cost, out, one);
        }
        out.append("}");
    } else {
        out.append(to_text(cost, v));
    }
}

} // namespace

text to_repr(budget & cost, const value & v) {
    text out;
    append_repr(cost, out, v);
    return out;
}

text to_text(budget & cost, const value & v) {
    if (const text * t = v.as_text()) {
        cost.copied(t->size());
        return *t;
    }
    if (v.is_undefined()) return text();
    if (v.is_none()) return text("None");
    if (const bool * b = v.as<bool>()) return text(*b ? "True" : "False");
    if (const int64_t * i = v.as<int64_t>()) return text(std::to_string(*i));
    if (const double * d = v.as<double>()) return text(float_repr(*d));
    if (const function * f = v.as_function()) return text("<function " + f->name + ">");
    if (const attributes * a = v.as_attributes()) return text(a->repr());
    return to_repr(cost, v);
}

} // namespace gto::jinja
