// Values of a template, as Python has them.
#pragma once

#include "jinja/budget.h"
#include "jinja/text.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace gto::jinja {

class interpreter;
struct list;
class dict;
class function;
class attributes;
struct value;

struct none {};
// jinja2's Undefined: empty where it is written, an error where it is used.
struct undefined {
    std::shared_ptr<const std::string> why; // e.g. "'name' is undefined"
};
struct text_box {
    jinja::text content;
    held memory;
};

struct value
    : std::variant<undefined, none, bool, int64_t, double, std::shared_ptr<const text_box>, std::shared_ptr<list>,
                   std::shared_ptr<const dict>, std::shared_ptr<function>, std::shared_ptr<attributes>> {
    using variant::variant;

    template <class T> const T * as() const { return std::get_if<T>(static_cast<const variant *>(this)); }
    bool is_undefined() const { return as<undefined>(); }
    bool is_none() const { return as<none>(); }
    bool is_bool() const { return as<bool>(); }
    bool is_integer() const { return as<int64_t>(); }
    bool is_float() const { return as<double>(); }
    bool is_number() const { return is_bool() || is_integer() || is_float(); }
    const jinja::text * as_text() const {
        const auto * p = as<std::shared_ptr<const text_box>>();
        return p ? &(*p)->content : nullptr;
    }
    list * as_list() const {
        const auto * p = as<std::shared_ptr<list>>();
        return p ? p->get() : nullptr;
    }
    const dict * as_dict() const {
        const auto * p = as<std::shared_ptr<const dict>>();
        return p ? p->get() : nullptr;
    }
    function * as_function() const {
        const auto * p = as<std::shared_ptr<function>>();
        return p ? p->get() : nullptr;
    }
    attributes * as_attributes() const {
        const auto * p = as<std::shared_ptr<attributes>>();
        return p ? p->get() : nullptr;
    }
};

// Sequences of Python that templates meet.
enum class sequence { list, tuple, range, keys, values, items, generator };

struct list {
    std::vector<value> items;
    sequence shape = sequence::list;
    int depth = 1;         // of lists and dicts in it, itself counted
    bool consumed = false; // a generator that was read once
    held memory;
};

// Keeps the order of its keys.
class dict {
  public:
    using entry = std::pair<value, value>;

    const std::vector<entry> & entries() const { return entries_; }
    // The value of a key, nullptr if there is none. Raises if it can't be a key.
    const value * find(const value & key) const;
    const value * find(std::string_view key) const;
    void set(const value & key, const value & v);

    int depth = 1;
    held memory;

  private:
    int64_t place(const std::string & name) const;

    std::vector<entry> entries_;
    std::vector<std::string> names_; // of keys, see key_name()
    std::unordered_map<std::string, size_t> places_;
};

struct call_arguments {
    std::vector<value> positional;
    std::vector<std::pair<std::string, value>> named;
};

// What can be called.
class function {
  public:
    explicit function(std::string name) : name(std::move(name)) {}
    virtual ~function() = default;
    virtual value call(interpreter & in, call_arguments & arguments) = 0;

    const std::string name;
};

// What has attributes that change: a namespace or a loop.
class attributes {
  public:
    virtual ~attributes() = default;
    // Undefined if it has none of that name.
    virtual value get(interpreter & in, const std::string & name) = 0;
    virtual bool set(const std::string &, const value &) { return false; }
    virtual std::string repr() const = 0;
    // Forgets all, so that values that hold each other end.
    virtual void clear() {}
};

// Text that a template or a model wrote.
value own_text(budget & cost, std::string t);
value make_undefined(std::string why);
// Raises what is wrong with an undefined value.
void require_defined(const value & v);
const char * type_name(const value & v);

// Whether `if` takes it for true.
bool is_true(const value & v);
bool is_equal(budget & cost, const value & a, const value & b);
// a < b. Raises where Python can't say.
bool is_less(budget & cost, const value & a, const value & b);
// len(); raises for what has none.
int64_t length(const value & v);
bool has_length(const value & v);

// As str() and repr() write it.
text to_text(budget & cost, const value & v);
text to_repr(budget & cost, const value & v);
std::string float_repr(double d);

// Text of a key, the same for keys that are equal. Raises for what can't be one.
std::string key_name(const value & key);

} // namespace gto::jinja
