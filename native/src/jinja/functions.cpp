#include "jinja/functions.h"

#include "jinja/format.h"
#include "jinja/interpreter.h"

namespace gto::jinja {

namespace {

constexpr int64_t most_of_range = 100000; // as in jinja2's sandbox

class plain_function : public function {
  public:
    using body = value (*)(interpreter &, call_arguments &);
    plain_function(const std::string & name, body f) : function(name), f_(f) {}
    value call(interpreter & in, call_arguments & arguments) override { return f_(in, arguments); }

  private:
    const body f_;
};

value range(interpreter & in, call_arguments & arguments) {
    const auto bound = bind("range", arguments, {"start", "stop", "step"}, 1);
    const bool one = !bound[1];
    const int64_t start = one ? 0 : whole_argument("range()", *bound[0]);
    const int64_t stop = whole_argument("range()", one ? *bound[0] : *bound[1]);
    const int64_t step = bound[2] ? whole_argument("range()", *bound[2]) : 1;
    if (step == 0) raise("range() arg 3 must not be zero");
    std::vector<value> items;
    for (int64_t i = start; step > 0 ? i < stop : i > stop;) {
        if ((int64_t) items.size() >= most_of_range) {
            raise("Range too big. The sandbox blocks ranges larger than MAX_RANGE (%lld).", (long long) most_of_range);
        }
        items.emplace_back(i);
        if (__builtin_add_overflow(i, step, &i)) break;
    }
    return in.make_list(std::move(items), sequence::range);
}

// dict(mapping or pairs, name=value, ...)
std::vector<dict::entry> entries_of(interpreter & in, const char * what, const call_arguments & arguments) {
    std::vector<dict::entry> entries;
    if (arguments.positional.size() > 1) raise("%s expected at most 1 argument", what);
    if (!arguments.positional.empty()) {
        const value & first = arguments.positional[0];
        if (const dict * d = first.as_dict()) {
            entries = d->entries();
        } else {
            for (const value & pair : in.items_of(first)) {
                std::vector<value> two = in.items_of(pair);
                if (two.size() != 2) raise("%s expected pairs of keys and values", what);
                entries.emplace_back(two[0], two[1]);
            }
        }
    }
    for (const auto & [name, v] : arguments.named) entries.emplace_back(in.make(name), v);
    return entries;
}

value name_space(interpreter & in, call_arguments & arguments) {
    return in.make_namespace(entries_of(in, "namespace", arguments));
}

value make_dict(interpreter & in, call_arguments & arguments) {
    return in.make_dict(entries_of(in, "dict", arguments));
}

value raise_exception(interpreter & in, call_arguments & arguments) {
    const auto bound = bind("raise_exception", arguments, {"message"}, 1);
    raise("%s", in.str(*bound[0]).bytes().c_str());
}

value strftime_now(interpreter & in, call_arguments & arguments) {
    const auto bound = bind("strftime_now", arguments, {"format"}, 1);
    const text * format = bound[0]->as_text();
    if (!format) raise("strftime() argument must be str, not %s", type_name(*bound[0]));
    return in.make(time_format(in.now, format->bytes()));
}

// cycler(a, b, ...): next() walks through its items.
class cycler : public attributes, public std::enable_shared_from_this<cycler> {
  public:
    explicit cycler(std::vector<value> items) : items(std::move(items)) {}
    value get(interpreter & in, const std::string & name) override;
    std::string repr() const override { return "<Cycler>"; }

    const std::vector<value> items;
    size_t at = 0;
};

class cycler_function : public function {
  public:
    cycler_function(const std::string & name, std::shared_ptr<cycler> of) : function(name), of_(std::move(of)) {}
    value call(interpreter &, call_arguments &) override {
        if (name == "reset") {
            of_->at = 0;
            return none{};
        }
        const value & current = of_->items[of_->at];
        of_->at = (of_->at + 1) % of_->items.size();
        return current;
    }

  private:
    const std::shared_ptr<cycler> of_;
};

value cycler::get(interpreter &, const std::string & name) {
    if (name == "current") return items[at];
    if (name == "next" || name == "reset") {
        return value(std::shared_ptr<function>(std::make_shared<cycler_function>(name, shared_from_this())));
    }
    return make_undefined("the cycler has no attribute '" + name + "'");
}

value make_cycler(interpreter &, call_arguments & arguments) {
    if (arguments.positional.empty()) raise("at least one item has to be provided");
    return value(std::shared_ptr<attributes>(std::make_shared<cycler>(std::move(arguments.positional))));
}

// joiner(sep): nothing the first time it is called, then the separator.
class joiner : public function {
  public:
    explicit joiner(value separator) : function("joiner"), separator_(std::move(separator)) {}
    value call(interpreter & in, call_arguments &) override {
        if (used_) return separator_;
        used_ = true;
        return in.make("");
    }

  private:
    const value separator_;
    bool used_ = false;
};

value make_joiner(interpreter & in, call_arguments & arguments) {
    const auto bound = bind("joiner", arguments, {"sep"}, 0);
    return value(std::shared_ptr<function>(std::make_shared<joiner>(bound[0] ? *bound[0] : in.make(", "))));
}

} // namespace

std::shared_ptr<function> find_function(const std::string & name) {
    static const std::pair<const char *, plain_function::body> all[] = {
        {"range", range},
        {"namespace", name_space},
        {"dict", make_dict},
        {"raise_exception", raise_exception},
        {"strftime_now", strftime_now},
        {"cycler", make_cycler},
        {"joiner", make_joiner},
    };
    for (const auto & [known, f] : all) {
        if (name == known) return std::make_shared<plain_function>(name, f);
    }
    return nullptr;
}

} // namespace gto::jinja
