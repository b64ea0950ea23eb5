#include "jinja/tests.h"

#include "jinja/filters.h"
#include "jinja/interpreter.h"
#include "jinja/loop_state.h"
#include "jinja/unicode.h"

namespace gto::jinja {

namespace {

template <bool (value::*is)() const> bool has_type(interpreter &, const value & v, call_arguments & arguments) {
    bind("the test", arguments, {}, 0);
    return (v.*is)();
}

bool is_defined(interpreter &, const value & v, call_arguments & arguments) {
    bind("defined", arguments, {}, 0);
    return !v.is_undefined();
}

bool is_text(interpreter &, const value & v, call_arguments & arguments) {
    bind("string", arguments, {}, 0);
    return v.as_text();
}

bool is_mapping(interpreter &, const value & v, call_arguments & arguments) {
    bind("mapping", arguments, {}, 0);
    return v.as_dict();
}

bool is_sequence(interpreter &, const value & v, call_arguments & arguments) {
    bind("sequence", arguments, {}, 0);
    if (const list * l = v.as_list()) {
        return l->shape == sequence::list || l->shape == sequence::tuple || l->shape == sequence::range;
    }
    return v.as_text() || v.as_dict() || v.is_undefined();
}

bool is_iterable(interpreter &, const value & v, call_arguments & arguments) {
    bind("iterable", arguments, {}, 0);
    return v.as_list() || v.as_text() || v.as_dict() || v.is_undefined() ||
           dynamic_cast<loop_state *>(v.as_attributes());
}

bool is_callable(interpreter &, const value & v, call_arguments & arguments) {
    bind("callable", arguments, {}, 0);
    return v.as_function() || v.is_undefined() || dynamic_cast<loop_state *>(v.as_attributes());
}

template <bool which> bool is_bool(interpreter &, const value & v, call_arguments & arguments) {
    bind(which ? "true" : "false", arguments, {}, 0);
    return v.is_bool() && *v.as<bool>() == which;
}

int64_t remainder(const value & v, int64_t by) {
    if (by == 0) raise("integer modulo by zero");
    return whole_argument("the test", v) % by;
}

bool is_odd(interpreter &, const value & v, call_arguments & arguments) {
    bind("odd", arguments, {}, 0);
    return remainder(v, 2) != 0;
}

bool is_even(interpreter &, const value & v, call_arguments & arguments) {
    bind("even", arguments, {}, 0);
    return remainder(v, 2) == 0;
}

bool is_divisible(interpreter &, const value & v, call_arguments & arguments) {
    const auto bound = bind("divisibleby", arguments, {"num"}, 1);
    const int64_t by = whole_argument("divisibleby", *bound[0]);
    return by == -1 || remainder(v, by) == 0;
}

template <bool (*is)(uint32_t), bool (*other)(uint32_t)>
bool has_case(interpreter & in, const value & v, call_arguments & arguments) {
    bind("the test", arguments, {}, 0);
    const text t = in.str(v);
    bool any = false;
    for (size_t at = 0; at < t.size(); at += character_size(t.bytes(), at)) {
        if (other(character(t.bytes(), at))) return false;
        any |= is(character(t.bytes(), at));
    }
    return any;
}

bool is_in(interpreter & in, const value & v, call_arguments & arguments) {
    return in.contains(*bind("in", arguments, {"seq"}, 1)[0], v);
}

bool is_same(interpreter & in, const value & v, call_arguments & arguments) {
    const value & other = *bind("sameas", arguments, {"other"}, 1)[0];
    if (v.index() != other.index()) return false;
    if (v.as_list()) return v.as_list() == other.as_list();
    if (v.as_dict()) return v.as_dict() == other.as_dict();
    return is_equal(in.cost, v, other);
}

bool equals(interpreter & in, const value & v, call_arguments & arguments) {
    return is_equal(in.cost, v, *bind("eq", arguments, {"other"}, 1)[0]);
}

bool differs(interpreter & in, const value & v, call_arguments & arguments) { return !equals(in, v, arguments); }

bool less(interpreter & in, const value & v, call_arguments & arguments) {
    return is_less(in.cost, v, *bind("lt", arguments, {"other"}, 1)[0]);
}

bool greater(interpreter & in, const value & v, call_arguments & arguments) {
    return is_less(in.cost, *bind("gt", arguments, {"other"}, 1)[0], v);
}

bool less_or_equal(interpreter & in, const value & v, call_arguments & arguments) {
    return less(in, v, arguments) || equals(in, v, arguments);
}

bool greater_or_equal(interpreter & in, const value & v, call_arguments & arguments) {
    return greater(in, v, arguments) || equals(in, v, arguments);
}

bool is_filter(interpreter & in, const value & v, call_arguments & arguments) {
    bind("filter", arguments, {}, 0);
    return find_filter(in.str(v).bytes());
}

bool is_test(interpreter & in, const value & v, call_arguments & arguments) {
    bind("test", arguments, {}, 0);
    return find_test(in.str(v).bytes());
}

bool is_escaped(interpreter &, const value & v, call_arguments & arguments) {
    bind("escaped", arguments, {}, 0);
    return v.as_text() && v.as_text()->markup;
}

const std::pair<const char *, test_function> all[] = {
    {"defined", is_defined},
    {"undefined", has_type<&value::is_undefined>},
    {"none", has_type<&value::is_none>},
    {"boolean", has_type<&value::is_bool>},
    {"integer", has_type<&value::is_integer>},
    {"float", has_type<&value::is_float>},
    {"number", has_type<&value::is_number>},
    {"string", is_text},
    {"mapping", is_mapping},
    {"sequence", is_sequence},
    {"iterable", is_iterable},
    {"callable", is_callable},
    {"true", is_bool<true>},
    {"false", is_bool<false>},
    {"odd", is_odd},
    {"even", is_even},
    {"divisibleby", is_divisible},
    {"lower", has_case<is_lower, is_upper>},
    {"upper", has_case<is_upper, is_lower>},
    {"in", is_in},
    {"sameas", is_same},
    {"==", equals},
    {"eq", equals},
    {"equalto", equals},
    {"!=", differs},
    {"ne", differs},
    {"<", less},
    {"lt", less},
    {"lessthan", less},
    {">", greater},
    {"gt", greater},
    {"greaterthan", greater},
    {"<=", less_or_equal},
    {"le", less_or_equal},
    {">=", greater_or_equal},
    {"ge", greater_or_equal},
    {"filter", is_filter},
    {"test", is_test},
    {"escaped", is_escaped},
};

} // namespace

test_function find_test(const std::string & name) {
    for (const auto & [known, f] : all) {
        if (name == known) return f;
    }
    return nullptr;
}

} // namespace gto::jinja
