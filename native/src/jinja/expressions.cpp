#include "jinja/filters.h"
#include "jinja/format.h"
#include "jinja/interpreter.h"
#include "jinja/loop_state.h"
#include "jinja/methods.h"
#include "jinja/tests.h"
#include "jinja/unicode.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gto::jinja {

namespace {

double number(const value & v) {
    if (const bool * b = v.as<bool>()) return *b;
    if (const int64_t * i = v.as<int64_t>()) return (double) *i;
    return *v.as<double>();
}

bool is_whole(const value & v) { return v.is_bool() || v.is_integer(); }
int64_t whole(const value & v) { return v.is_bool() ? *v.as<bool>() : *v.as<int64_t>(); }

[[noreturn]] void raise_operands(const char * sign, const value & a, const value & b) {
    require_defined(a);
    require_defined(b);
    raise("unsupported operand type(s) for %s: '%s' and '%s'", sign, type_name(a), type_name(b));
}

value exact(operation kind, int64_t a, int64_t b) {
    int64_t result = 0;
    const bool overflow = kind == operation::add        ? __builtin_add_overflow(a, b, &result)
                          : kind == operation::subtract ? __builtin_sub_overflow(a, b, &result)
                                                        : __builtin_mul_overflow(a, b, &result);
    if (overflow) raise("a whole number of more than 64 bits");
    return value(result);
}

int64_t floor_quotient(int64_t a, int64_t b) {
    if (b == 0) raise("division by zero");
    if (a == INT64_MIN && b == -1) raise("a whole number of more than 64 bits");
    const int64_t q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

value power(const value & a, const value & b) {
    if (is_whole(a) && is_whole(b) && whole(b) >= 0) {
        int64_t result = 1, base = whole(a);
        for (int64_t n = whole(b); n > 0; n >>= 1) {
            if ((n & 1) && __builtin_mul_overflow(result, base, &result)) raise("a whole number of more than 64 bits");
            if (n > 1 && __builtin_mul_overflow(base, base, &base)) raise("a whole number of more than 64 bits");
        }
        return value(result);
    }
    return value(std::pow(number(a), number(b)));
}

value numeric(operation kind, const value & a, const value & b) {
    const bool whole_numbers = is_whole(a) && is_whole(b);
    if (kind == operation::power) return power(a, b);
    if (kind == operation::add || kind == operation::subtract || kind == operation::multiply) {
        if (whole_numbers) return exact(kind, whole(a), whole(b));
        const double x = number(a), y = number(b);
        return value(kind == operation::add ? x + y : kind == operation::subtract ? x - y : x * y);
    }
    if (number(b) == 0) raise("division by zero");
    if (kind == operation::divide) return value(number(a) / number(b));
    if (whole_numbers) {
        const int64_t q = floor_quotient(whole(a), whole(b));
        return value(kind == operation::floor_divide ? q : whole(a) - q * whole(b));
    }
    const double q = std::floor(number(a) / number(b));
    return value(kind == operation::floor_divide ? q : number(a) - q * number(b));
}

const char * sign_of(operation kind) {
    switch (kind) {
        case operation::add: return "+";
        case operation::subtract: return "-";
        case operation::multiply: return "*";
        case operation::divide: return "/";
        case operation::floor_divide: return "//";
        case operation::remainder: return "%";
        default: return "**";
    }
}

// Places of a slice of n things, as Python counts them.
std::vector<int64_t> slice_places(int64_t n, const value * begin, const value * end, const value * step) {
    const auto given = [](const value * v) { return v && !v->is_none(); };
    const int64_t by = given(step) ? whole_argument("a slice's step", *step) : 1;
    if (by == 0) raise("slice step cannot be zero");
    const int64_t least = by < 0 ? -1 : 0, most = by < 0 ? n - 1 : n;
    const auto place = [&](const value * v, int64_t otherwise) {
        if (!given(v)) return otherwise;
        int64_t at = whole_argument("a slice's border", *v);
        if (at < 0) at = at < -n ? least : at + n;
        return std::clamp(at, least, std::max(least, most));
    };
    const int64_t first = place(begin, by < 0 ? n - 1 : 0), last = place(end, by < 0 ? -1 : n);
    std::vector<int64_t> places;
    for (int64_t at = first; by > 0 ? at < last : at > last;) {
        places.push_back(at);
        if (__builtin_add_overflow(at, by, &at)) break;
    }
    return places;
}

} // namespace

int64_t whole_argument(const char * what, const value & v) {
    if (is_whole(v)) return whole(v);
    require_defined(v);
    raise("%s: expected a whole number, found '%s'", what, type_name(v));
}

value interpreter::eval(const expression & e) {
    const deeper nested(depth_, cost.most.depth);
    cost.step();
    line_ = e.line;
    return eval_node(e);
}

value interpreter::eval_node(const expression & e) {
    switch (e.kind) {
        case operation::constant: return e.constant;
        case operation::name: return get(e.name);
        case operation::list:
        case operation::tuple: return eval_sequence(e);
        case operation::dict: return eval_dict(e);
        case operation::concat: return eval_concat(e);
        case operation::logical_not: return value(!is_true(eval(*e.parts[0])));
        case operation::logical_and:
        case operation::logical_or: return eval_logical(e);
        case operation::compare: return eval_compare(e);
        case operation::condition: return eval_condition(e);
        case operation::attribute: return attribute(eval(*e.parts[0]), e.label);
        case operation::item: return eval_item(e);
        case operation::call: return eval_call(e);
        case operation::filter: return eval_filter(e, value());
        case operation::test: {
            const value operand = eval(*e.parts[0]);
            call_arguments arguments = eval_arguments(e, 1);
            return value(test(e.label, operand, arguments));
        }
        case operation::slice: raise("a slice can't stand beside other indexes");
        case operation::member: raise("a namespace's attribute can't be read so");
        default: return eval_arithmetic(e);
    }
}

value interpreter::eval_sequence(const expression & e) {
    std::vector<value> items;
    for (const expression_ptr & p : e.parts) items.push_back(eval(*p));
    return make_list(std::move(items), e.kind == operation::list ? sequence::list : sequence::tuple);
}

value interpreter::eval_dict(const expression & e) {
    std::vector<dict::entry> entries;
    for (size_t i = 0; i + 1 < e.parts.size(); i += 2) {
        value key = eval(*e.parts[i]);
        entries.emplace_back(std::move(key), eval(*e.parts[i + 1]));
    }
    return make_dict(std::move(entries));
}

value interpreter::eval_concat(const expression & e) {
    text joined;
    for (const expression_ptr & p : e.parts) write(joined, str(eval(*p)));
    joined.markup = false;
    return make(std::move(joined));
}

value interpreter::eval_logical(const expression & e) {
    value left = eval(*e.parts[0]);
    if (is_true(left) == (e.kind == operation::logical_or)) return left;
    return eval(*e.parts[1]);
}

value interpreter::eval_condition(const expression & e) {
    if (is_true(eval(*e.parts[0]))) return eval(*e.parts[1]);
    if (e.parts[2]) return eval(*e.parts[2]);
    return make_undefined("the inline if-expression evaluated to false and no else section was defined");
}

bool interpreter::compare(comparison c, const value & a, const value & b) {
    switch (c) {
        case comparison::equal: return is_equal(cost, a, b);
        case comparison::not_equal: return !is_equal(cost, a, b);
        case comparison::less: return is_less(cost, a, b);
        case comparison::greater: return is_less(cost, b, a);
        // Not the opposites of the above: nothing is in order with NaN.
        case comparison::less_equal: return is_less(cost, a, b) || is_equal(cost, a, b);
        case comparison::greater_equal: return is_less(cost, b, a) || is_equal(cost, a, b);
        case comparison::in: return contains(b, a);
        case comparison::not_in: break;
    }
    return !contains(b, a);
}

value interpreter::eval_compare(const expression & e) {
    value left = eval(*e.parts[0]);
    for (size_t i = 0; i < e.comparisons.size(); i++) {
        value right = eval(*e.parts[i + 1]);
        if (!compare(e.comparisons[i], left, right)) return value(false);
        left = std::move(right);
    }
    return value(true);
}

bool interpreter::contains(const value & container, const value & what) {
    if (const text * t = container.as_text()) {
        const text * part = what.as_text();
        if (!part) raise("'in <string>' requires string as left operand, not %s", type_name(what));
        cost.copied(t->size());
        return part->empty() || memmem(t->bytes().data(), t->size(), part->bytes().data(), part->size());
    }
    if (const dict * d = container.as_dict()) return d->find(what) != nullptr;
    if (!container.as_list() && !container.is_undefined()) {
        raise("argument of type '%s' is not iterable", type_name(container));
    }
    for (const value & v : items_of(container)) {
        if (is_equal(cost, v, what)) return true;
    }
    return false;
}

value interpreter::add(const value & a, const value & b) {
    if (a.is_number() && b.is_number()) return numeric(operation::add, a, b);
    if (a.as_text() && b.as_text()) {
        const text &left = *a.as_text(), &right = *b.as_text();
        text sum;
        sum.markup = left.markup || right.markup;
        for (const text * t : {&left, &right}) {
            // Python's Markup escapes what it is added to.
            write(sum, sum.markup && !t->markup ? html_escaped(*t) : *t);
        }
        return make(std::move(sum));
    }
    const list *l = a.as_list(), *m = b.as_list();
    if (l && m && l->shape == m->shape && (l->shape == sequence::list || l->shape == sequence::tuple)) {
        std::vector<value> items = l->items;
        items.insert(items.end(), m->items.begin(), m->items.end());
        return make_list(std::move(items), l->shape);
    }
    raise_operands("+", a, b);
}

value interpreter::eval_arithmetic(const expression & e) {
    const value a = eval(*e.parts[0]);
    if (e.kind == operation::negative || e.kind == operation::positive) {
        require_defined(a);
        if (!a.is_number())
            raise("bad operand type for unary %s: '%s'", e.kind == operation::negative ? "-" : "+", type_name(a));
        if (e.kind == operation::positive) return is_whole(a) ? value(whole(a)) : a;
        return numeric(operation::subtract, is_whole(a) ? value((int64_t) 0) : value(-0.0), a);
    }
    const value b = eval(*e.parts[1]);
    if (e.kind == operation::add) return add(a, b);
    if (a.is_number() && b.is_number()) return numeric(e.kind, a, b);
    if (e.kind == operation::remainder && a.as_text()) {
        require_defined(b);
        return make(percent_format(*this, *a.as_text(), b));
    }
    if (e.kind == operation::multiply && (is_whole(a) || is_whole(b))) {
        const value & many = is_whole(a) ? b : a;
        const int64_t times = std::max<int64_t>(0, whole(is_whole(a) ? a : b));
        if (const text * t = many.as_text()) {
            if (!t->empty() && (uint64_t) times > cost.most.text_bytes / t->size()) {
                raise("a text is longer than %zu bytes", cost.most.text_bytes);
            }
            text repeated;
            for (int64_t i = 0; i < times && !t->empty(); i++) repeated.append(*t);
            return make(std::move(repeated));
        }
        const list * l = many.as_list();
        if (l && (l->shape == sequence::list || l->shape == sequence::tuple)) {
            const size_t n = l->items.size();
            if (n > 0 && (uint64_t) times > (uint64_t) cost.most.live_bytes / sizeof(value) / n) {
                raise("a list takes more than %lld bytes", (long long) cost.most.live_bytes);
            }
            if (n > 0) cost.step(times * (int64_t) n);
            std::vector<value> items;
            for (int64_t i = 0; i < times && n > 0; i++) items.insert(items.end(), l->items.begin(), l->items.end());
            return make_list(std::move(items), l->shape);
        }
    }
    raise_operands(sign_of(e.kind), a, b);
}

std::vector<value> interpreter::items_of(const value & v) {
    if (list * l = v.as_list()) {
        cost.step((int64_t) l->items.size());
        if (l->shape != sequence::generator) return l->items;
        if (l->consumed) return {};
        l->consumed = true;
        return l->items;
    }
    std::vector<value> items;
    if (const dict * d = v.as_dict()) {
        for (const auto & [key, one] : d->entries()) items.push_back(key);
        cost.step((int64_t) items.size());
    } else if (const text * t = v.as_text()) {
        const std::vector<size_t> borders = character_borders(t->bytes());
        for (size_t i = 0; i + 1 < borders.size(); i++) {
            cost.step();
            items.push_back(make(t->slice(borders[i], borders[i + 1])));
        }
    } else if (!v.is_undefined()) {
        raise("'%s' object is not iterable", type_name(v));
    }
    return items;
}

value interpreter::attribute(const value & object, const std::string & name) {
    require_defined(object);
    if (attributes * a = object.as_attributes()) return a->get(*this, name);
    if (value m = find_method(object, name); !m.is_undefined()) return m;
    if (const dict * d = object.as_dict()) {
        // Methods that change a dict hide its keys, but can't be used.
        if (const value * v = changes_dict(name) ? nullptr : d->find(std::string_view(name))) return *v;
    }
    return make_undefined(std::string("'") + type_name(object) + " object' has no attribute '" + name + "'");
}

value interpreter::item(const value & object, const value & key) {
    require_defined(object);
    if (const dict * d = object.as_dict()) {
        if (!key.as_list() && !key.as_dict() && !key.is_undefined()) {
            if (const value * v = d->find(key)) return *v;
        }
    } else if (object.as_text() || (object.as_list() && (object.as_list()->shape == sequence::list ||
                                                         object.as_list()->shape == sequence::tuple ||
                                                         object.as_list()->shape == sequence::range))) {
        if (is_whole(key)) {
            const text * t = object.as_text();
            const int64_t n = t ? (cost.copied(t->size()), length(object)) : (int64_t) object.as_list()->items.size();
            const int64_t at = whole(key) < 0 ? whole(key) + n : whole(key);
            if (at >= 0 && at < n) {
                if (!t) return object.as_list()->items[(size_t) at];
                const size_t begin = byte_of_character(t->bytes(), (size_t) at);
                return make(t->slice(begin, begin + character_size(t->bytes(), begin)));
            }
        }
    }
    if (const text * name = key.as_text()) {
        if (attributes * a = object.as_attributes()) return a->get(*this, name->bytes());
        if (value m = find_method(object, name->bytes()); !m.is_undefined()) return m;
    }
    return make_undefined(std::string("'") + type_name(object) + " object' has no such item");
}

value interpreter::eval_item(const expression & e) {
    const value object = eval(*e.parts[0]);
    if (e.parts[1]->kind == operation::slice) return eval_slice(object, *e.parts[1]);
    return item(object, eval(*e.parts[1]));
}

value interpreter::eval_slice(const value & object, const expression & e) {
    value borders[3];
    const value * given[3] = {};
    for (size_t i = 0; i < 3; i++) {
        if (!e.parts[i]) continue;
        borders[i] = eval(*e.parts[i]);
        given[i] = &borders[i];
    }
    require_defined(object);
    if (const text * t = object.as_text()) {
        cost.copied(t->size() * 8);
        const std::vector<size_t> characters = character_borders(t->bytes());
        const bool forward = !given[2] || given[2]->is_none() || (is_whole(*given[2]) && whole(*given[2]) == 1);
        const auto places = slice_places((int64_t) characters.size() - 1, given[0], given[1], given[2]);
        if (places.empty()) return make(t->slice(0, 0));
        if (forward) return make(t->slice(characters[(size_t) places.front()], characters[(size_t) places.back() + 1]));
        text picked;
        for (const int64_t at : places) picked.append(*t, characters[(size_t) at], characters[(size_t) at + 1]);
        return make(std::move(picked));
    }
    const list * l = object.as_list();
    const bool slices = l && (l->shape == sequence::list || l->shape == sequence::tuple || l->shape == sequence::range);
    if (!slices) return make_undefined(std::string("'") + type_name(object) + " object' has no slices");
    std::vector<value> items;
    for (const int64_t at : slice_places((int64_t) l->items.size(), given[0], given[1], given[2])) {
        items.push_back(l->items[(size_t) at]);
    }
    return make_list(std::move(items), l->shape);
}

call_arguments interpreter::eval_arguments(const expression & e, size_t first) {
    call_arguments arguments;
    for (size_t i = first; i < e.parts.size(); i++) arguments.positional.push_back(eval(*e.parts[i]));
    for (const auto & [name, source] : e.named) arguments.named.emplace_back(name, eval(*source));
    if (e.spread) {
        for (value & v : items_of(eval(*e.spread))) arguments.positional.push_back(std::move(v));
    }
    if (e.named_spread) {
        const value v = eval(*e.named_spread);
        if (!v.as_dict()) raise("argument after ** must be a mapping, not %s", type_name(v));
        for (const auto & [key, one] : v.as_dict()->entries()) {
            if (!key.as_text()) raise("keywords must be strings");
            arguments.named.emplace_back(key.as_text()->bytes(), one);
        }
    }
    return arguments;
}

value interpreter::call(const value & callee, call_arguments & arguments) {
    if (function * f = callee.as_function()) return f->call(*this, arguments);
    require_defined(callee);
    if (auto * loop = dynamic_cast<loop_state *>(callee.as_attributes())) {
        return loop->recurse(*this, *bind("loop", arguments, {"iterable"}, 1)[0]);
    }
    raise("'%s' object is not callable", type_name(callee));
}

value interpreter::eval_call(const expression & e, const value * caller) {
    const value callee = eval(*e.parts[0]);
    call_arguments arguments = eval_arguments(e, 1);
    if (caller) arguments.named.emplace_back("caller", *caller);
    line_ = e.line;
    return call(callee, arguments);
}

value interpreter::eval_filter(const expression & e, const value & operand) {
    // The innermost filter of a block's chain has no operand of its own; `operand` is what the block wrote.
    const expression * inner = e.parts[0].get();
    const value v = !inner ? operand : inner->kind == operation::filter ? eval_filter(*inner, operand) : eval(*inner);
    call_arguments arguments = eval_arguments(e, 1);
    line_ = e.line;
    cost.step();
    return filter(e.label, v, arguments);
}

value interpreter::filter(const std::string & name, const value & operand, call_arguments & arguments) {
    const filter_function f = find_filter(name);
    if (!f) raise("no filter named '%s'", name.c_str());
    return f(*this, operand, arguments);
}

bool interpreter::test(const std::string & name, const value & operand, call_arguments & arguments) {
    const test_function f = find_test(name);
    if (!f) raise("no test named '%s'", name.c_str());
    return f(*this, operand, arguments);
}

std::vector<const value *> bind(const std::string & function, const call_arguments & arguments,
                                std::initializer_list<const char *> names, size_t needed) {
    if (arguments.positional.size() > names.size()) {
        raise("%s() takes %zu arguments but %zu were given", function.c_str(), names.size(),
              arguments.positional.size());
    }
    std::vector<const value *> bound(names.size());
    for (size_t i = 0; i < arguments.positional.size(); i++) bound[i] = &arguments.positional[i];
    for (const auto & [name, v] : arguments.named) {
        const auto known = std::find(names.begin(), names.end(), name);
        if (known == names.end()) raise("%s() got an unexpected keyword argument '%s'", function.c_str(), name.c_str());
        const size_t at = (size_t) (known - names.begin());
        if (bound[at]) raise("%s() got multiple values for argument '%s'", function.c_str(), name.c_str());
        bound[at] = &v;
    }
    for (size_t i = 0; i < needed; i++) {
        if (!bound[i]) raise("%s() missing the argument '%s'", function.c_str(), *(names.begin() + i));
    }
    return bound;
}

} // namespace gto::jinja
