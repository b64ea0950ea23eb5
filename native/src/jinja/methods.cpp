#include "jinja/methods.h"

#include "jinja/format.h"
#include "jinja/interpreter.h"
#include "jinja/unicode.h"

#include <algorithm>
#include <cstring>

namespace gto::jinja {

namespace {

using method_body = value (*)(interpreter &, const value & self, call_arguments &);

struct method {
    const char * name;
    method_body body;
};

class bound_method : public function {
  public:
    bound_method(const method & m, value self) : function(m.name), body_(m.body), self_(std::move(self)) {}
    value call(interpreter & in, call_arguments & arguments) override { return body_(in, self_, arguments); }

  private:
    const method_body body_;
    const value self_;
};

const text & text_argument(const char * function, const value & v) {
    if (v.is_undefined() || !v.as_text()) {
        require_defined(v);
        raise("%s() argument must be str, not %s", function, type_name(v));
    }
    return *v.as_text();
}

const text * text_or_none(const char * function, const value * v) {
    return v && !v->is_none() ? &text_argument(function, *v) : nullptr;
}

// Where a part stands in a text at or behind a byte.
size_t find_part(const std::string & all, const std::string & part, size_t at) {
    if (at > all.size()) return std::string::npos;
    if (part.empty()) return at;
    const void * found = memmem(all.data() + at, all.size() - at, part.data(), part.size());
    return found ? (size_t) ((const char *) found - all.data()) : std::string::npos;
}

template <bool left, bool right> value strip(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("strip", arguments, {"chars"}, 0);
    return in.make(stripped(in.cost, *self.as_text(), text_or_none("strip", bound[0]), left, right));
}

value upper(interpreter & in, const value & self, call_arguments & arguments) {
    bind("upper", arguments, {}, 0);
    return in.make(in_upper_case(*self.as_text()));
}

value lower(interpreter & in, const value & self, call_arguments & arguments) {
    bind("lower", arguments, {}, 0);
    return in.make(in_lower_case(*self.as_text()));
}

value capitalize(interpreter & in, const value & self, call_arguments & arguments) {
    bind("capitalize", arguments, {}, 0);
    return in.make(capitalized(*self.as_text()));
}

value title(interpreter & in, const value & self, call_arguments & arguments) {
    bind("title", arguments, {}, 0);
    bool in_word = false;
    return in.make(self.as_text()->transformed([&](std::string_view run) {
        std::string out;
        for (size_t at = 0; at < run.size(); at += character_size(run, at)) {
            const uint32_t c = character(run, at);
            in_word ? append_lower(out, c) : append_upper(out, c);
            in_word = is_alpha(c);
        }
        return out;
    }));
}

template <bool at_end> value has_end(interpreter & in, const value & self, call_arguments & arguments) {
    const char * name = at_end ? "endswith" : "startswith";
    const auto bound = bind(name, arguments, {"prefix", "start", "end"}, 1);
    std::string_view all = self.as_text()->bytes();
    if (bound[1] || bound[2]) raise("%s() with borders isn't supported", name);
    const list * several = bound[0]->as_list();
    const std::vector<value> parts = several ? in.items_of(*bound[0]) : std::vector<value>{*bound[0]};
    for (const value & v : parts) {
        const std::string & part = text_argument(name, v).bytes();
        if (part.size() > all.size()) continue;
        if (all.substr(at_end ? all.size() - part.size() : 0, part.size()) == part) return value(true);
    }
    return value(false);
}

std::vector<value> split_space(interpreter & in, const text & t, int64_t most, bool from_right) {
    const std::string_view all = t.bytes();
    std::vector<byte_range> words;
    for (size_t at = 0; at < all.size();) {
        const size_t begin = at;
        const bool space = is_space(character(all, at));
        while (at < all.size() && is_space(character(all, at)) == space) at += character_size(all, at);
        if (!space) words.push_back({begin, at});
    }
    std::vector<value> parts;
    const size_t n = words.size();
    const bool all_of_them = most < 0 || (size_t) most + 1 >= n;
    if (!from_right) {
        const size_t single = all_of_them ? n : (size_t) most;
        for (size_t i = 0; i < single; i++) parts.push_back(in.make(t.slice(words[i].begin, words[i].end)));
        if (single < n)
            parts.push_back(
                in.make(stripped(in.cost, t.slice(words[single].begin, all.size()), nullptr, false, false)));
    } else {
        const size_t first = all_of_them ? 0 : n - (size_t) most;
        if (first > 0)
            parts.push_back(in.make(stripped(in.cost, t.slice(0, words[first - 1].end), nullptr, false, false)));
        for (size_t i = first; i < n; i++) parts.push_back(in.make(t.slice(words[i].begin, words[i].end)));
    }
    return parts;
}

template <bool from_right> value split(interpreter & in, const value & self, call_arguments & arguments) {
    const char * name = from_right ? "rsplit" : "split";
    const auto bound = bind(name, arguments, {"sep", "maxsplit"}, 0);
    const text & t = *self.as_text();
    in.cost.copied(t.size());
    const text * separator = text_or_none(name, bound[0]);
    const int64_t most = bound[1] ? whole_argument(name, *bound[1]) : -1;
    if (!separator) return in.make_list(split_space(in, t, most, from_right));
    if (separator->empty()) raise("empty separator");
    const std::string &all = t.bytes(), &by = separator->bytes();
    std::vector<value> parts;
    if (!from_right) {
        size_t at = 0;
        for (size_t found;
             (most < 0 || (int64_t) parts.size() < most) && (found = find_part(all, by, at)) != std::string::npos;) {
            parts.push_back(in.make(t.slice(at, found)));
            at = found + by.size();
        }
        parts.push_back(in.make(t.slice(at, all.size())));
        return in.make_list(std::move(parts));
    }
    in.cost.copied(all.size() * (by.size() / 64)); // rfind's worst case
    size_t end = all.size();
    while ((most < 0 || (int64_t) parts.size() < most) && end >= by.size()) {
        const size_t found = all.rfind(by, end - by.size());
        if (found == std::string::npos) break;
        parts.push_back(in.make(t.slice(found + by.size(), end)));
        end = found;
    }
    parts.push_back(in.make(t.slice(0, end)));
    std::reverse(parts.begin(), parts.end());
    return in.make_list(std::move(parts));
}

value splitlines(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("splitlines", arguments, {"keepends"}, 0);
    const bool keep = bound[0] && is_true(*bound[0]);
    const text & t = *self.as_text();
    const std::string_view all = t.bytes();
    std::vector<value> lines;
    size_t begin = 0;
    for (size_t at = 0; at < all.size();) {
        const uint32_t c = character(all, at);
        const size_t size = character_size(all, at);
        const bool ends = (c >= 10 && c <= 13) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
        if (!ends) {
            at += size;
            continue;
        }
        const size_t after = at + (c == '\r' && at + 1 < all.size() && all[at + 1] == '\n' ? 2 : size);
        lines.push_back(in.make(t.slice(begin, keep ? after : at)));
        begin = at = after;
    }
    if (begin < all.size()) lines.push_back(in.make(t.slice(begin, all.size())));
    return in.make_list(std::move(lines));
}

value replace(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("replace", arguments, {"old", "new", "count"}, 2);
    const int64_t count = bound[2] ? whole_argument("replace()", *bound[2]) : -1;
    return in.make(
        replaced(in, *self.as_text(), text_argument("replace", *bound[0]), text_argument("replace", *bound[1]), count));
}

template <bool from_right, bool must> value find(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("find", arguments, {"sub"}, 1);
    const std::string &all = self.as_text()->bytes(), &part = text_argument("find", *bound[0]).bytes();
    in.cost.copied(all.size() * (from_right ? part.size() / 64 + 1 : 1)); // rfind's worst case
    const size_t at = from_right ? all.rfind(part) : find_part(all, part, 0);
    if (at != std::string::npos) return value((int64_t) count_characters(std::string_view(all).substr(0, at)));
    if (must) raise("substring not found");
    return value((int64_t) -1);
}

value count(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("count", arguments, {"sub"}, 1);
    const std::string &all = self.as_text()->bytes(), &part = text_argument("count", *bound[0]).bytes();
    in.cost.copied(all.size());
    if (part.empty()) return value((int64_t) count_characters(all) + 1);
    int64_t n = 0;
    for (size_t at = 0; (at = find_part(all, part, at)) != std::string::npos; at += part.size()) n++;
    return value(n);
}

value join(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("join", arguments, {"iterable"}, 1);
    text out;
    bool first = true;
    for (const value & v : in.items_of(*bound[0])) {
        if (!first) out.append(*self.as_text());
        first = false;
        out.append(text_argument("join", v));
        if (out.size() > in.cost.most.text_bytes) raise("a text is longer than %zu bytes", in.cost.most.text_bytes);
    }
    return in.make(std::move(out));
}

value format(interpreter & in, const value & self, call_arguments & arguments) {
    return in.make(brace_format(in, *self.as_text(), arguments));
}

template <bool (*is)(uint32_t)> value all_are(interpreter & in, const value & self, call_arguments & arguments) {
    bind("is...", arguments, {}, 0);
    const std::string_view all = self.as_text()->bytes();
    in.cost.copied(all.size());
    for (size_t at = 0; at < all.size(); at += character_size(all, at)) {
        if (!is(character(all, at))) return value(false);
    }
    return value(!all.empty());
}

bool is_alphanumeric(uint32_t c) { return is_alpha(c) || is_digit(c); }

// Whether letters with a case are all of one case, and there is one.
template <bool (*is)(uint32_t), bool (*other)(uint32_t)>
value has_case(interpreter & in, const value & self, call_arguments & arguments) {
    bind("is...", arguments, {}, 0);
    const std::string_view all = self.as_text()->bytes();
    in.cost.copied(all.size());
    bool any = false;
    for (size_t at = 0; at < all.size(); at += character_size(all, at)) {
        const uint32_t c = character(all, at);
        if (other(c)) return value(false);
        any |= is(c);
    }
    return value(any);
}

template <char align> value justify(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("justify", arguments, {"width", "fillchar"}, 1);
    const text & t = *self.as_text();
    const int64_t width = whole_argument("width", *bound[0]);
    const int64_t missing = width - (int64_t) count_characters(t.bytes());
    if (missing > (int64_t) in.cost.most.text_bytes) raise("a text is longer than %zu bytes", in.cost.most.text_bytes);
    const int64_t fill = std::max<int64_t>(0, missing);
    const std::string with = bound[1] ? text_argument("justify", *bound[1]).bytes() : align == '0' ? "0" : " ";
    // Python puts the odd one of a centred text to the left where the width is odd.
    const int64_t before = align == '<' ? 0 : align == '^' ? fill / 2 + (fill & width & 1) : fill;
    text out;
    for (int64_t i = 0; i < before; i++) out.append(with);
    out.append(t);
    for (int64_t i = before; i < fill; i++) out.append(with);
    return in.make(std::move(out));
}

template <bool at_end> value remove_end(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("removeprefix", arguments, {"part"}, 1);
    const text & t = *self.as_text();
    const std::string & part = text_argument("removeprefix", *bound[0]).bytes();
    const size_t size = t.size();
    if (part.empty() || part.size() > size) return self;
    if (at_end) {
        return t.bytes().compare(size - part.size(), part.size(), part) == 0 ? in.make(t.slice(0, size - part.size()))
                                                                             : self;
    }
    return t.bytes().compare(0, part.size(), part) == 0 ? in.make(t.slice(part.size(), size)) : self;
}

template <bool from_right> value partition(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("partition", arguments, {"sep"}, 1);
    const text &t = *self.as_text(), &by = text_argument("partition", *bound[0]);
    if (by.empty()) raise("empty separator");
    in.cost.copied(t.size() * (from_right ? by.size() / 64 + 1 : 1));
    const size_t at = from_right ? t.bytes().rfind(by.bytes()) : find_part(t.bytes(), by.bytes(), 0);
    if (at == std::string::npos) {
        const value empty = in.make("");
        return in.make_list(from_right ? std::vector<value>{empty, empty, self}
                                       : std::vector<value>{self, empty, empty},
                            sequence::tuple);
    }
    return in.make_list(
        {in.make(t.slice(0, at)), in.make(t.slice(at, at + by.size())), in.make(t.slice(at + by.size(), t.size()))},
        sequence::tuple);
}

const method text_methods[] = {
    {"strip", strip<true, true>},
    {"lstrip", strip<true, false>},
    {"rstrip", strip<false, true>},
    {"upper", upper},
    {"lower", lower},
    {"casefold", lower},
    {"capitalize", capitalize},
    {"title", title},
    {"startswith", has_end<false>},
    {"endswith", has_end<true>},
    {"split", split<false>},
    {"rsplit", split<true>},
    {"splitlines", splitlines},
    {"replace", replace},
    {"find", find<false, false>},
    {"rfind", find<true, false>},
    {"index", find<false, true>},
    {"rindex", find<true, true>},
    {"count", count},
    {"join", join},
    {"format", format},
    {"isdigit", all_are<is_digit>},
    {"isdecimal", all_are<is_digit>},
    {"isnumeric", all_are<is_digit>},
    {"isalpha", all_are<is_alpha>},
    {"isalnum", all_are<is_alphanumeric>},
    {"isspace", all_are<is_space>},
    {"isupper", has_case<is_upper, is_lower>},
    {"islower", has_case<is_lower, is_upper>},
    {"ljust", justify<'<'>},
    {"rjust", justify<'>'>},
    {"center", justify<'^'>},
    {"zfill", justify<'0'>},
    {"removeprefix", remove_end<false>},
    {"removesuffix", remove_end<true>},
    {"partition", partition<false>},
    {"rpartition", partition<true>},
};

// Lists

value list_index(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("index", arguments, {"value"}, 1);
    const auto & items = self.as_list()->items;
    for (size_t i = 0; i < items.size(); i++) {
        if (is_equal(in.cost, items[i], *bound[0])) return value((int64_t) i);
    }
    raise("the value is not in the list");
}

value list_count(interpreter & in, const value & self, call_arguments & arguments) {
    const auto bound = bind("count", arguments, {"value"}, 1);
    int64_t n = 0;
    for (const value & v : self.as_list()->items) n += is_equal(in.cost, v, *bound[0]);
    return value(n);
}

value list_copy(interpreter & in, const value & self, call_arguments & arguments) {
    bind("copy", arguments, {}, 0);
    return in.make_list(self.as_list()->items);
}

const method list_methods[] = {{"index", list_index}, {"count", list_count}, {"copy", list_copy}};

// Dicts

value dict_keys(interpreter & in, const value & self, call_arguments & arguments) {
    bind("keys", arguments, {}, 0);
    return in.make_list(in.items_of(self), sequence::keys);
}

value dict_values(interpreter & in, const value & self, call_arguments & arguments) {
    bind("values", arguments, {}, 0);
    std::vector<value> values;
    for (const auto & [key, v] : self.as_dict()->entries()) values.push_back(v);
    return in.make_list(std::move(values), sequence::values);
}

value dict_items(interpreter & in, const value & self, call_arguments & arguments) {
    bind("items", arguments, {}, 0);
    std::vector<value> items;
    for (const auto & [key, v] : self.as_dict()->entries()) items.push_back(in.make_list({key, v}, sequence::tuple));
    return in.make_list(std::move(items), sequence::items);
}

value dict_get(interpreter &, const value & self, call_arguments & arguments) {
    const auto bound = bind("get", arguments, {"key", "default"}, 1);
    if (const value * v = bound[0]->is_undefined() ? nullptr : self.as_dict()->find(*bound[0])) return *v;
    return bound[1] ? *bound[1] : value(none{});
}

value dict_copy(interpreter &, const value & self, call_arguments & arguments) {
    bind("copy", arguments, {}, 0);
    return self; // nothing can change it
}

const method dict_methods[] = {
    {"keys", dict_keys}, {"values", dict_values}, {"items", dict_items}, {"get", dict_get}, {"copy", dict_copy}};

template <size_t n> value find_in(const method (&all)[n], const value & object, const std::string & name) {
    for (const method & m : all) {
        if (name == m.name) return value(std::shared_ptr<function>(std::make_shared<bound_method>(m, object)));
    }
    return value();
}

} // namespace

value find_method(const value & object, const std::string & name) {
    if (object.as_text()) return find_in(text_methods, object, name);
    if (object.as_dict()) return find_in(dict_methods, object, name);
    const list * l = object.as_list();
    if (!l) return value();
    if (l->shape == sequence::list) return find_in(list_methods, object, name);
    return l->shape == sequence::tuple && name != "copy" ? find_in(list_methods, object, name) : value();
}

bool changes_dict(const std::string & name) {
    for (const char * one : {"clear", "pop", "popitem", "setdefault", "update", "fromkeys"}) {
        if (name == one) return true;
    }
    return false;
}

text stripped(budget & cost, const text & t, const text * set, bool left, bool right) {
    const std::string_view all = t.bytes();
    cost.copied(all.size());
    const auto goes = [&](size_t at) {
        if (!set) return is_space(character(all, at));
        cost.copied(set->size());
        const std::string_view c = all.substr(at, character_size(all, at));
        for (size_t i = 0; i < set->size(); i += character_size(set->bytes(), i)) {
            if (std::string_view(set->bytes()).substr(i, character_size(set->bytes(), i)) == c) return true;
        }
        return false;
    };
    size_t begin = 0, end = all.size();
    while (left && begin < end && goes(begin)) begin += character_size(all, begin);
    while (right && end > begin) {
        size_t last = end - 1;
        while (last > begin && ((uint8_t) all[last] & 0xC0) == 0x80) last--;
        if (last + character_size(all, last) != end) last = end - 1; // no UTF-8
        if (!goes(last)) break;
        end = last;
    }
    return t.slice(begin, end);
}

text replaced(interpreter & in, const text & t, const text & old, const text & with, int64_t count) {
    text out;
    out.markup = t.markup;
    in.cost.copied(t.size());
    size_t at = 0;
    const auto put = [&](size_t end) {
        in.cost.step();
        in.cost.copied(with.size());
        out.append(t, at, end);
        at = end;
        if (out.size() + with.size() > in.cost.most.text_bytes)
            raise("a text is longer than %zu bytes", in.cost.most.text_bytes);
        out.append(with);
    };
    if (old.empty()) {
        for (size_t next = 0; count != 0; count--) {
            put(next);
            if (next >= t.size()) break;
            next += character_size(t.bytes(), next);
        }
    } else {
        for (size_t found; count != 0 && (found = find_part(t.bytes(), old.bytes(), at)) != std::string::npos;
             count--) {
            put(found);
            at = found + old.size();
        }
    }
    out.append(t, at, t.size());
    return out;
}

text capitalized(const text & t) {
    bool first = true;
    return t.transformed([&](std::string_view run) {
        std::string out;
        for (size_t at = 0; at < run.size(); at += character_size(run, at)) {
            first ? append_upper(out, character(run, at)) : append_lower(out, character(run, at));
            first = false;
        }
        return out;
    });
}

text in_upper_case(const text & t) {
    return t.transformed([](std::string_view run) {
        std::string out;
        for (size_t at = 0; at < run.size(); at += character_size(run, at)) append_upper(out, character(run, at));
        return out;
    });
}

text in_lower_case(const text & t) {
    return t.transformed([](std::string_view run) {
        std::string out;
        for (size_t at = 0; at < run.size(); at += character_size(run, at)) append_lower(out, character(run, at));
        return out;
    });
}

} // namespace gto::jinja
