#include "jinja/json.h"

#include "jinja/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gto::jinja {

namespace {

class reader {
  public:
    reader(budget & cost, std::string_view json, const is_own & own) : cost_(cost), json_(json), own_(own) {}

    value read() {
        value v = read_value();
        skip_space();
        if (at_ < json_.size()) wrong("the end");
        return v;
    }

  private:
    [[noreturn]] void wrong(const char * expected) const {
        raise("byte %zu of the JSON: expected %s, found %s", at_, expected,
              at_ < json_.size() ? ("'" + std::string(json_.substr(at_, character_size(json_, at_))) + "'").c_str()
                                 : "its end");
    }

    void skip_space() {
        while (at_ < json_.size() && std::string_view(" \t\n\r").find(json_[at_]) != std::string_view::npos) at_++;
    }

    bool take(char c) {
        skip_space();
        if (at_ >= json_.size() || json_[at_] != c) return false;
        at_++;
        return true;
    }

    bool take_word(std::string_view word) {
        if (json_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    value read_value() {
        cost_.step();
        skip_space();
        if (at_ >= json_.size()) wrong("a value");
        switch (json_[at_]) {
            case '{': return read_object();
            case '[': return read_array();
            case '"': {
                text t(read_string(), !own_(path_));
                return boxed(std::move(t));
            }
            case 't':
                if (take_word("true")) return value(true);
                break;
            case 'f':
                if (take_word("false")) return value(false);
                break;
            case 'n':
                if (take_word("null")) return value(none{});
                break;
            default: return read_number();
        }
        wrong("a value");
    }

    value boxed(text t) {
        held memory(cost_, sizeof(text_box) + t.size());
        return value(std::make_shared<const text_box>(text_box{std::move(t), std::move(memory)}));
    }

    value read_object() {
        const deeper nested(depth_, cost_.most.value_depth);
        at_++;
        auto object = std::make_shared<dict>();
        size_t bytes = sizeof(dict);
        int inner = 0;
        if (!take('}')) {
            do {
                skip_space();
                if (at_ >= json_.size() || json_[at_] != '"') wrong("a key in quotes");
                std::string key = read_string();
                if (!take(':')) wrong("':'");
                path_.push_back(key);
                const value v = read_value();
                path_.pop_back();
                inner = std::max(inner, depth_of(v));
                bytes += 3 * sizeof(dict::entry) + 2 * key.size();
                object->set(boxed(text(std::move(key), true)), v);
            } while (take(','));
            if (!take('}')) wrong("',' or '}'");
        }
        object->depth = inner + 1;
        object->memory = held(cost_, bytes);
        return value(std::shared_ptr<const dict>(std::move(object)));
    }

    value read_array() {
        const deeper nested(depth_, cost_.most.value_depth);
        at_++;
        auto array = std::make_shared<list>();
        int inner = 0;
        if (!take(']')) {
            do {
                array->items.push_back(read_value());
                inner = std::max(inner, depth_of(array->items.back()));
            } while (take(','));
            if (!take(']')) wrong("',' or ']'");
        }
        array->depth = inner + 1;
        array->memory = held(cost_, sizeof(list) + array->items.size() * sizeof(value));
        return value(std::move(array));
    }

    static int depth_of(const value & v) {
        if (const list * l = v.as_list()) return l->depth;
        if (const dict * d = v.as_dict()) return d->depth;
        return 0;
    }

    uint32_t read_hex() {
        uint32_t c = 0;
        const std::string_view four = json_.substr(std::min(at_, json_.size()), 4);
        const auto end = std::from_chars(four.data(), four.data() + four.size(), c, 16).ptr;
        if (four.size() < 4 || end != four.data() + 4) wrong("four hexadecimal digits");
        at_ += 4;
        return c;
    }

    std::string read_string() {
        std::string out;
        at_++;
        while (true) {
            const size_t plain = std::min(json_.find_first_of("\"\\", at_), json_.size());
            for (size_t i = at_; i < plain; i++) {
                if ((uint8_t) json_[i] < 0x20) {
                    at_ = i;
                    wrong("an escaped control character");
                }
            }
            out.append(json_.substr(at_, plain - at_));
            cost_.copied(plain - at_);
            at_ = plain;
            if (at_ >= json_.size()) wrong("'\"'");
            if (json_[at_++] == '"') return out;
            if (at_ >= json_.size()) wrong("an escape");
            const size_t escape = std::string_view("\"\\/bfnrt").find(json_[at_]);
            if (escape != std::string_view::npos) {
                out += "\"\\/\b\f\n\r\t"[escape];
                at_++;
            } else if (json_[at_] == 'u') {
                at_++;
                append_escaped(out);
            } else {
                wrong("an escape");
            }
        }
    }

    void append_escaped(std::string & out) {
        uint32_t c = read_hex();
        if (c >= 0xD800 && c < 0xDC00) {
            if (!take_word("\\u")) wrong("the second half of a surrogate pair");
            const uint32_t low = read_hex();
            if (low < 0xDC00 || low > 0xDFFF) wrong("the second half of a surrogate pair");
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        } else if (c >= 0xDC00 && c < 0xE000) {
            wrong("the first half of a surrogate pair");
        }
        append_character(out, c);
    }

    value read_number() {
        const size_t begin = at_;
        if (at_ < json_.size() && json_[at_] == '-') at_++;
        const size_t first = at_;
        skip_digits();
        if (at_ == first) wrong("a value");
        if (json_[first] == '0' && at_ > first + 1) {
            at_ = first + 1;
            wrong("no digit after a zero");
        }
        bool whole = true;
        if (at_ < json_.size() && json_[at_] == '.') {
            whole = false;
            at_++;
            require_digits();
        }
        if (at_ < json_.size() && (json_[at_] == 'e' || json_[at_] == 'E')) {
            whole = false;
            at_++;
            if (at_ < json_.size() && (json_[at_] == '+' || json_[at_] == '-')) at_++;
            require_digits();
        }
        const std::string_view digits = json_.substr(begin, at_ - begin);
        int64_t i = 0;
        double d = 0;
        if (whole) {
            if (std::from_chars(digits.data(), digits.data() + digits.size(), i).ec != std::errc()) {
                at_ = begin;
                wrong("a number of 64 bits");
            }
            return value(i);
        }
        if (std::from_chars(digits.data(), digits.data() + digits.size(), d).ec != std::errc()) {
            at_ = begin;
            wrong("a number of 64 bits");
        }
        return value(d);
    }

    void skip_digits() {
        while (at_ < json_.size() && is_digit((uint8_t) json_[at_])) at_++;
    }
    void require_digits() {
        const size_t begin = at_;
        skip_digits();
        if (at_ == begin) wrong("a digit");
    }

    budget & cost_;
    const std::string_view json_;
    const is_own & own_;
    size_t at_ = 0;
    int depth_ = 0;
    std::vector<std::string_view> path_;
};

class writer {
  public:
    writer(budget & cost, const json_style & style) : cost_(cost), style_(style) {}

    text out;

    void write(const value & v) {
        cost_.step();
        if (out.size() > cost_.most.text_bytes) raise("a text is longer than %zu bytes", cost_.most.text_bytes);
        if (v.is_none()) {
            out.append("null");
        } else if (const bool * b = v.as<bool>()) {
            out.append(*b ? "true" : "false");
        } else if (const int64_t * i = v.as<int64_t>()) {
            out.append(std::to_string(*i));
        } else if (const double * d = v.as<double>()) {
            out.append(number(*d));
        } else if (const text * t = v.as_text()) {
            write_text(*t);
        } else if (const dict * object = v.as_dict()) {
            write_dict(*object);
        } else if (const list * l = v.as_list(); l && (l->shape == sequence::list || l->shape == sequence::tuple)) {
            write_list(*l);
        } else {
            raise("Object of type %s is not JSON serializable", type_name(v));
        }
    }

  private:
    static std::string number(double d) {
        if (std::isnan(d)) return "NaN";
        if (std::isinf(d)) return d > 0 ? "Infinity" : "-Infinity";
        return float_repr(d);
    }

    void write_text(const text & t) {
        cost_.copied(t.size());
        out.append("\"");
        out.append(t.transformed([&](std::string_view run) { return escaped(run); }));
        out.append("\"");
    }

    std::string escaped(std::string_view run) const {
        std::string s;
        char code[16];
        const auto escape = [&](uint32_t c) {
            snprintf(code, sizeof code, "\\u%04x", c);
            s += code;
        };
        for (size_t at = 0, size = 0; at < run.size(); at += size) {
            size = character_size(run, at);
            const uint32_t c = character(run, at);
            const size_t letter = c < 0x80 ? std::string_view("\"\\\b\f\n\r\t").find((char) c) : std::string_view::npos;
            if (letter != std::string_view::npos) {
                s += '\\';
                s += "\"\\bfnrt"[letter];
            } else if (c < 0x20) {
                escape(c);
            } else if (style_.ascii && c >= 0x10000) {
                escape(0xD800 + ((c - 0x10000) >> 10));
                escape(0xDC00 + ((c - 0x10000) & 0x3FF));
            } else if (style_.ascii && c >= 0x80) {
                escape(c);
            } else {
                s.append(run.substr(at, size));
            }
        }
        return s;
    }

    void line(int level) {
        if (!style_.indented) return;
        out.append("\n");
        for (int i = 0; i < level; i++) out.append(style_.indent);
    }

    void write_list(const list & l) {
        if (l.items.empty()) {
            out.append("[]");
            return;
        }
        out.append("[");
        level_++;
        for (size_t i = 0; i < l.items.size(); i++) {
            if (i > 0) out.append(style_.item_separator);
            line(level_);
            write(l.items[i]);
        }
        line(--level_);
        out.append("]");
    }

    void write_dict(const dict & d) {
        if (d.entries().empty()) {
            out.append("{}");
            return;
        }
        std::vector<const dict::entry *> entries;
        for (const dict::entry & e : d.entries()) entries.push_back(&e);
        if (style_.sort_keys) {
            std::stable_sort(entries.begin(), entries.end(),
                             [&](const auto * a, const auto * b) { return is_less(cost_, a->first, b->first); });
        }
        out.append("{");
        level_++;
        bool first = true;
        for (const dict::entry * e : entries) {
            if (!first) out.append(style_.item_separator);
            first = false;
            line(level_);
            write_key(e->first);
            out.append(style_.key_separator);
            write(e->second);
        }
        line(--level_);
        out.append("}");
    }

    void write_key(const value & key) {
        if (const text * t = key.as_text()) {
            write_text(*t);
        } else if (key.is_none() || key.is_number()) {
            out.append("\"");
            write(key);
            out.append("\"");
        } else {
            raise("keys must be str, int, float, bool or None, not %s", type_name(key));
        }
    }

    budget & cost_;
    const json_style & style_;
    int level_ = 0;
};

} // namespace

value read_json(budget & cost, std::string_view json, const is_own & own) { return reader(cost, json, own).read(); }

text write_json(budget & cost, const value & v, const json_style & style) {
    writer w(cost, style);
    w.write(v);
    return std::move(w.out);
}

} // namespace gto::jinja
