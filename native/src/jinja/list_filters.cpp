#include "jinja/list_filters.h"

#include "jinja/interpreter.h"
#include "jinja/methods.h"
#include "jinja/unicode.h"

#include <algorithm>
#include <optional>

namespace gto::jinja {

namespace {

bool flag(const value * v) { return v && is_true(*v); }

// object's attribute by a path of names and numbers ("function.name", 0); several with commas for sort().
value by_path(interpreter & in, value object, const value & path, const value * otherwise = nullptr) {
    if (!path.as_text()) return in.item(object, path);
    const std::string & names = path.as_text()->bytes();
    for (size_t at = 0; at <= names.size();) {
        const size_t end = std::min(names.find('.', at), names.size());
        const std::string part = names.substr(at, end - at);
        const bool number = !part.empty() && part.size() < 18 &&
                            std::all_of(part.begin(), part.end(), [](char c) { return is_digit((uint8_t) c); });
        object = in.item(object, number ? value((int64_t) std::stoll(part)) : in.make(part));
        if (object.is_undefined() && otherwise) object = *otherwise;
        at = end + 1;
    }
    return object;
}

value folded(interpreter & in, const value & v, bool case_sensitive) {
    return v.as_text() && !case_sensitive ? in.make(in_lower_case(*v.as_text())) : v;
}

// What sort(), unique(), min() and max() compare.
value sort_key(interpreter & in, const value & v, const value * attribute, bool case_sensitive) {
    if (!attribute || attribute->is_none()) return folded(in, v, case_sensitive);
    if (!attribute->as_text() || attribute->as_text()->bytes().find(',') == std::string::npos) {
        return folded(in, by_path(in, v, *attribute), case_sensitive);
    }
    const std::string & paths = attribute->as_text()->bytes();
    std::vector<value> keys;
    for (size_t at = 0; at <= paths.size();) {
        const size_t end = std::min(paths.find(',', at), paths.size());
        keys.push_back(folded(in, by_path(in, v, in.make(paths.substr(at, end - at))), case_sensitive));
        at = end + 1;
    }
    return in.make_list(std::move(keys));
}

std::vector<std::pair<value, value>> keyed(interpreter & in, const std::vector<value> & items, const value * attribute,
                                           bool case_sensitive) {
    std::vector<std::pair<value, value>> all;
    for (const value & v : items) all.emplace_back(sort_key(in, v, attribute, case_sensitive), v);
    return all;
}

void sort_by_key(interpreter & in, std::vector<std::pair<value, value>> & all, bool reverse) {
    // A merge of neighbours, which keeps the order of what is equal, and which an order that is none can't confuse.
    std::vector<std::pair<value, value>> merged(all.size());
    for (size_t width = 1; width < all.size(); width *= 2) {
        for (size_t begin = 0; begin < all.size(); begin += 2 * width) {
            const size_t middle = std::min(begin + width, all.size()), end = std::min(begin + 2 * width, all.size());
            size_t left = begin, right = middle;
            for (size_t at = begin; at < end; at++) {
                const bool takes_right =
                    left >= middle || (right < end && (reverse ? is_less(in.cost, all[left].first, all[right].first)
                                                               : is_less(in.cost, all[right].first, all[left].first)));
                merged[at] = all[takes_right ? right++ : left++];
            }
        }
        std::swap(all, merged);
    }
}

std::vector<value> values_of(const std::vector<std::pair<value, value>> & all) {
    std::vector<value> values;
    for (const auto & [key, v] : all) values.push_back(v);
    return values;
}

value sort(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("sort", arguments, {"reverse", "case_sensitive", "attribute"}, 0);
    auto all = keyed(in, in.items_of(v), bound[2], flag(bound[1]));
    sort_by_key(in, all, flag(bound[0]));
    return in.make_list(values_of(all));
}

value dict_sort(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("dictsort", arguments, {"case_sensitive", "by", "reverse"}, 0);
    require_defined(v);
    if (!v.as_dict()) raise("'%s' object has no attribute 'items'", type_name(v));
    const std::string by = bound[1] && bound[1]->as_text() ? bound[1]->as_text()->bytes() : "key";
    if (by != "key" && by != "value") raise("You can only sort by either \"key\" or \"value\"");
    std::vector<std::pair<value, value>> all;
    for (const auto & [key, one] : v.as_dict()->entries()) {
        all.emplace_back(folded(in, by == "key" ? key : one, flag(bound[0])),
                         in.make_list({key, one}, sequence::tuple));
    }
    sort_by_key(in, all, flag(bound[2]));
    return in.make_list(values_of(all));
}

value unique(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("unique", arguments, {"case_sensitive", "attribute"}, 0);
    dict seen;
    std::vector<value> items;
    for (auto & [key, one] : keyed(in, in.items_of(v), bound[1], flag(bound[0]))) {
        if (seen.find(key)) continue;
        seen.set(key, one);
        items.push_back(one);
    }
    return in.make_list(std::move(items), sequence::generator);
}

template <bool most> value extreme(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind(most ? "max" : "min", arguments, {"case_sensitive", "attribute"}, 0);
    const auto all = keyed(in, in.items_of(v), bound[1], flag(bound[0]));
    if (all.empty()) return make_undefined("No aggregated item, sequence was empty.");
    size_t best = 0;
    for (size_t i = 1; i < all.size(); i++) {
        const bool better =
            most ? is_less(in.cost, all[best].first, all[i].first) : is_less(in.cost, all[i].first, all[best].first);
        if (better) best = i;
    }
    return all[best].second;
}

value sum(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("sum", arguments, {"attribute", "start"}, 0);
    value total = bound[1] ? *bound[1] : value((int64_t) 0);
    for (const value & one : in.items_of(v)) {
        total = in.add(total, bound[0] && !bound[0]->is_none() ? by_path(in, one, *bound[0]) : one);
    }
    return total;
}

value first(interpreter & in, const value & v, call_arguments & arguments) {
    bind("first", arguments, {}, 0);
    const std::vector<value> items = in.items_of(v);
    return items.empty() ? make_undefined("No first item, sequence was empty.") : items.front();
}

value last(interpreter & in, const value & v, call_arguments & arguments) {
    bind("last", arguments, {}, 0);
    if (v.as_list() && v.as_list()->shape == sequence::generator) raise("'generator' object is not reversible");
    const std::vector<value> items = in.items_of(v);
    return items.empty() ? make_undefined("No last item, sequence was empty.") : items.back();
}

value to_list(interpreter & in, const value & v, call_arguments & arguments) {
    bind("list", arguments, {}, 0);
    return in.make_list(in.items_of(v));
}

value reverse(interpreter & in, const value & v, call_arguments & arguments) {
    bind("reverse", arguments, {}, 0);
    std::vector<value> items = in.items_of(v);
    std::reverse(items.begin(), items.end());
    if (!v.as_text()) return in.make_list(std::move(items), sequence::generator);
    text out;
    for (const value & c : items) out.append(*c.as_text());
    return in.make(std::move(out));
}

value join(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("join", arguments, {"d", "attribute"}, 0);
    const text between = bound[0] ? in.str(*bound[0]) : text();
    text out;
    bool some = false;
    for (const value & one : in.items_of(v)) {
        if (some) out.append(between);
        some = true;
        out.append(in.str(bound[1] && !bound[1]->is_none() ? by_path(in, one, *bound[1]) : one));
        in.cost.copied(between.size());
        if (out.size() > in.cost.most.text_bytes) raise("a text is longer than %zu bytes", in.cost.most.text_bytes);
    }
    return in.make(std::move(out));
}

value items(interpreter & in, const value & v, call_arguments & arguments) {
    bind("items", arguments, {}, 0);
    if (!v.is_undefined() && !v.as_dict()) raise("Can only get item pairs from a mapping.");
    std::vector<value> pairs;
    if (const dict * d = v.as_dict()) {
        for (const auto & [key, one] : d->entries()) pairs.push_back(in.make_list({key, one}, sequence::tuple));
    }
    return in.make_list(std::move(pairs), sequence::generator);
}

// What a caller names first, and the rest of its arguments.
std::string named_first(const char * filter, call_arguments & arguments) {
    if (arguments.positional.empty() || !arguments.positional[0].as_text()) raise("%s requires a name", filter);
    std::string name = arguments.positional[0].as_text()->bytes();
    arguments.positional.erase(arguments.positional.begin());
    return name;
}

value map(interpreter & in, const value & v, call_arguments & arguments) {
    std::vector<value> mapped;
    if (!is_true(v)) return in.make_list({}, sequence::generator); // None, too, as in jinja2
    if (arguments.positional.empty()) {
        const auto bound = bind("map", arguments, {"attribute", "default"}, 1);
        for (const value & one : in.items_of(v)) mapped.push_back(by_path(in, one, *bound[0], bound[1]));
    } else {
        const std::string name = named_first("map", arguments);
        for (const value & one : in.items_of(v)) {
            call_arguments copy = arguments;
            mapped.push_back(in.filter(name, one, copy));
        }
    }
    return in.make_list(std::move(mapped), sequence::generator);
}

// select, reject, selectattr, rejectattr
template <bool keeps, bool of_attribute> value choose(interpreter & in, const value & v, call_arguments & arguments) {
    if (!is_true(v)) return in.make_list({}, sequence::generator); // None, too, as in jinja2
    const char * filter = of_attribute ? (keeps ? "selectattr" : "rejectattr") : keeps ? "select" : "reject";
    value path;
    if (of_attribute) {
        if (arguments.positional.empty()) raise("%s: missing parameter for attribute name", filter);
        path = arguments.positional[0];
        arguments.positional.erase(arguments.positional.begin());
    }
    std::optional<std::string> name;
    if (!arguments.positional.empty()) name = named_first(filter, arguments);
    std::vector<value> kept;
    for (const value & one : in.items_of(v)) {
        const value tested = of_attribute ? by_path(in, one, path) : one;
        call_arguments copy = arguments;
        if ((name ? in.test(*name, tested, copy) : is_true(tested)) == keeps) kept.push_back(one);
    }
    return in.make_list(std::move(kept), sequence::generator);
}

value batch(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("batch", arguments, {"linecount", "fill_with"}, 1);
    const int64_t size = whole_argument("batch", *bound[0]);
    if (size < 1) raise("batch: expected at least 1, found %lld", (long long) size);
    std::vector<value> batches, row;
    for (const value & one : in.items_of(v)) {
        if ((int64_t) row.size() == size) batches.push_back(in.make_list(std::move(row))), row.clear();
        row.push_back(one);
    }
    if (!row.empty()) {
        while (bound[1] && !bound[1]->is_none() && (int64_t) row.size() < size) {
            in.cost.step();
            row.push_back(*bound[1]);
        }
        batches.push_back(in.make_list(std::move(row)));
    }
    return in.make_list(std::move(batches), sequence::generator);
}

value group_by(interpreter & in, const value & v, call_arguments & arguments) {
    const auto bound = bind("groupby", arguments, {"attribute", "default", "case_sensitive"}, 1);
    std::vector<std::pair<value, value>> all;
    for (const value & one : in.items_of(v)) {
        all.emplace_back(folded(in, by_path(in, one, *bound[0], bound[1]), flag(bound[2])), one);
    }
    sort_by_key(in, all, false);
    std::vector<value> groups;
    for (size_t i = 0; i < all.size();) {
        std::vector<value> group;
        const size_t begin = i;
        for (; i < all.size() && is_equal(in.cost, all[i].first, all[begin].first); i++) group.push_back(all[i].second);
        const value key = by_path(in, group[0], *bound[0], bound[1]);
        groups.push_back(in.make_list({key, in.make_list(std::move(group))}, sequence::tuple));
    }
    return in.make_list(std::move(groups));
}

const std::pair<const char *, filter_function> all_filters[] = {
    {"sort", sort},
    {"dictsort", dict_sort},
    {"unique", unique},
    {"min", extreme<false>},
    {"max", extreme<true>},
    {"sum", sum},
    {"first", first},
    {"last", last},
    {"list", to_list},
    {"reverse", reverse},
    {"join", join},
    {"items", items},
    {"map", map},
    {"select", choose<true, false>},
    {"reject", choose<false, false>},
    {"selectattr", choose<true, true>},
    {"rejectattr", choose<false, true>},
    {"batch", batch},
    {"groupby", group_by},
};

} // namespace

filter_function find_list_filter(const std::string & name) {
    for (const auto & [known, f] : all_filters) {
        if (name == known) return f;
    }
    return nullptr;
}

} // namespace gto::jinja
