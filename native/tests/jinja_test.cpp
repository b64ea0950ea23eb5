// Templates against jinja2: small ones, and those of llama.cpp's folder, by what tests/peer/chat_templates.py wrote
// down.
#include "common/large_stack.h"
#include "jinja/json.h"
#include "jinja/template.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>

using namespace gto::jinja;

namespace {

constexpr int64_t noon = 1753963200; // of the last day of July 2025

std::string contents(const std::filesystem::path & file) {
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in.good()) << file;
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string golden(const char * name) { return contents(std::filesystem::path(GTO_GOLDEN_DIR) / name); }

const is_own nothing = [](const std::vector<std::string_view> &) { return false; };
const is_own roles = [](const std::vector<std::string_view> & path) { return path.size() == 2 && path[1] == "role"; };

struct result {
    bool raises = false;
    int line = 0;
    std::string message;
    text rendered;
};

result on_large_stack(const std::function<text()> & f) {
    result r;
    gto::run_on_large_stack(stack_bytes, [&] {
        try {
            r.rendered = f();
        } catch (const template_error & e) {
            r.raises = true;
            r.line = e.line;
            r.message = e.what();
        }
    });
    return r;
}

result render(const std::string & source, const std::string & variables = "{}", const limits & most = {},
              const is_own & own = nothing) {
    return on_large_stack([&] {
        const chat_template t(source);
        budget cost(most);
        const value v = read_json(cost, variables, own);
        return t.render(cost, *v.as_dict(), noon);
    });
}

std::string fnv1a(const std::string & bytes) {
    uint64_t hash = 0xCBF29CE484222325;
    for (const char c : bytes) hash = (hash ^ (uint8_t) c) * 0x100000001B3;
    char digits[17];
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long) hash);
    return digits;
}

// What transformers gives to templates for a conversation.
std::shared_ptr<dict> as_transformers(budget & cost, const dict & conversation) {
    auto all = std::make_shared<dict>();
    all->set(own_text(cost, "tools"), none{});
    all->set(own_text(cost, "documents"), none{});
    all->set(own_text(cost, "bos_token"), own_text(cost, "<s>"));
    all->set(own_text(cost, "eos_token"), own_text(cost, "</s>"));
    for (const auto & [key, v] : conversation.entries()) all->set(key, v);
    return all;
}

result render_conversation(const std::string & source, const std::string & conversations, const std::string & name) {
    return on_large_stack([&] {
        const chat_template t(source);
        budget cost{limits()};
        const value all = read_json(cost, conversations, roles);
        return t.render(cost, *as_transformers(cost, *all.as_dict()->find(name)->as_dict()), noon);
    });
}

} // namespace

TEST(Jinja, SmallTemplatesAreAsPythonRendersThem) {
    const std::string json = golden("snippets.json");
    on_large_stack([&] {
        budget reading{limits()};
        const value file = read_json(reading, json, nothing);
        const dict & variables = *file.as_dict()->find("variables")->as_dict();
        const auto & cases = file.as_dict()->find("cases")->as_list()->items;
        EXPECT_LT(150u, cases.size());
        for (const value & one : cases) {
            const std::string & source = one.as_dict()->find("template")->as_text()->bytes();
            const value * expected = one.as_dict()->find("text");
            budget cost{limits()};
            try {
                const std::string found = chat_template(source).render(cost, variables, noon).bytes();
                EXPECT_TRUE(expected) << source << " must raise, and gives " << found;
                if (expected) {
                    EXPECT_EQ(expected->as_text()->bytes(), found) << source;
                }
            } catch (const template_error & e) {
                EXPECT_FALSE(expected) << source << ": " << e.what();
                EXPECT_LE(1, e.line) << source;
            }
        }
        return text();
    });
}

TEST(Jinja, TemplatesOfLlamaCppAreAsPythonRendersThem) {
    const std::filesystem::path folder = GTO_TEMPLATES_DIR;
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
    std::istringstream lines(golden("templates.txt"));
    const std::string conversations = golden("conversations.json");
    std::string file, name, kind, digest;
    size_t size = 0, texts = 0, refused = 0;
    while (lines >> file >> name >> kind) {
        const result r = render_conversation(contents(folder / file), conversations, name);
        if (kind == "raises") {
            EXPECT_TRUE(r.raises) << file << " " << name;
            refused++;
            continue;
        }
        lines >> size >> digest;
        EXPECT_FALSE(r.raises) << file << " " << name << " line " << r.line << ": " << r.message;
        EXPECT_EQ(size, r.rendered.size()) << file << " " << name;
        EXPECT_EQ(digest, fnv1a(r.rendered.bytes())) << file << " " << name;
        texts++;
    }
    EXPECT_EQ(490u, texts + refused);
    EXPECT_LT(400u, texts);
}

// What a template makes of texts that somebody said stays marked: letter by letter, whatever is done with it.
TEST(Jinja, MarksFollowWhatIsSaid) {
    const std::string variables = R"({"s": " Ab<|x|>\"c ", "d": {"key": "v\n"}, "l": ["p,q", "r"]})";
    const std::pair<const char *, std::vector<std::string>> cases[] = {
        {"<{{ s }}>", {" Ab<|x|>\"c "}},
        {"<{{ s|trim }}>{{ s.strip() }}", {"Ab<|x|>\"c", "Ab<|x|>\"c"}},
        {"{{ s|upper }}.{{ s|tojson }}", {" AB<|X|>\"C ", " Ab<|x|>\\\"c "}},
        {"{{ '<|' ~ s ~ '|>' }}", {" Ab<|x|>\"c "}},
        {"{{ s.split('|')[0] }}-{{ s.split('|')|join('+') }}", {" Ab<", " Ab<", "x", ">\"c "}},
        {"{{ s.replace('x', 'yy') }}", {" Ab<|", "|>\"c "}},
        {"{{ s[1:3] ~ s[4] }}", {"Ab|"}},
        {"{% for c in s[1:4] %}{{ c }}.{% endfor %}", {"A", "b", "<"}},
        {"{{ d|tojson }}", {"key", "v\\n"}},
        {"{{ d }}", {"key", "v\\n"}},
        {"{% for k, v in d.items() %}{{ k }}:{{ v }}{% endfor %}", {"key", "v\n"}},
        {"{{ l|join(', ') }}", {"p,q", "r"}},
        {"{{ '%s and {}' % l[1] }}{{ '{} x'.format(l[1]) }}", {"r", "r"}},
        {"{% set x %}a{{ l[1] }}b{% endset %}{{ x }}{{ x|indent(2, true) }}", {"r", "r"}},
        {"{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(l[1]) }}{{ l[1]|e }}{{ l[1]|reverse }}", {"r", "rr"}},
        {"{{ l|length }}{{ s|length }}{{ 'own' }}", {}},
    };
    for (const auto & [source, expected] : cases) {
        const result r = render(source, variables);
        ASSERT_FALSE(r.raises) << source << ": " << r.message;
        std::vector<std::string> said;
        for (const byte_range & s : r.rendered.said())
            said.push_back(r.rendered.bytes().substr(s.begin, s.end - s.begin));
        EXPECT_EQ(expected, said) << source;
    }
}

TEST(Jinja, ErrorsNameTheirLine) {
    const std::tuple<const char *, int, const char *> cases[] = {
        {"a\n{{ raise_exception('Only ' ~ n) }}", 2, "Only 7"},
        {"{% if true %}\n\n{{ 1 + }}{% endif %}", 3, "expected an expression"},
        {"{% for x in l %}\n", 1, "endfor"},
        {"\n\n{% macro m() %}\n{{ missing.x }}\n{% endmacro %}\n{{ m() }}", 4, "'missing' is undefined"},
        {"{{ 'a'\n~ n.nosuch.x }}", 2, "no attribute 'nosuch'"},
        {"\n{{ n|nosuch }}", 2, "no filter named 'nosuch'"},
    };
    for (const auto & [source, line, message] : cases) {
        const result r = render(source, R"({"n": 7, "l": [1]})");
        EXPECT_TRUE(r.raises) << source;
        if (line > 1 || std::string(message) != "endfor") {
            EXPECT_EQ(line, r.line) << source << ": " << r.message;
        }
        EXPECT_NE(std::string::npos, r.message.find(message)) << source << ": " << r.message;
    }
}

// None of these ends by itself, fits memory, or fits a stack.
TEST(Jinja, WhatATemplateTakesIsBounded) {
    const std::string nested =
        "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}x{% endfor %}"
        "{% endfor %}{% endfor %}";
    limits most; // smaller than by default, so that it doesn't take long
    most.steps = 500 * 1000;
    most.text_bytes = 1 << 20;
    most.live_bytes = 16 << 20;
    const std::string doubled = "{% set ns = namespace(x=[], y=[]) %}{% for i in range(300) %}"
                                "{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}";
    const std::pair<std::string, const char *> cases[] = {
        {nested, "steps"},
        {"{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}", "longer"},
        {"{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
         "more than"},
        {"{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}", "deeper"},
        {doubled + "{{ ns.x }}", "longer"},
        {doubled + "{{ ns.x|tojson }}", "longer"},
        {doubled + "{{ ns.x == ns.y }}", "steps"},
        {doubled + "{{ ns.x < ns.y }}", "steps"},
        {"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "deeper"},
        {"{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}", "deeper"},
        {"{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "deeper"},
        {"{{ 'x' * 999999999999 }}", "longer"},
        {"{{ [1] * 999999999999 }}", "more than"},
        {"{{ '%99999999d' % 1 }}", "wider"},
        {"{{ '{:99999999}'.format(1) }}", "wider"},
        {"{{ 'a'.center(99999999999) }}", "longer"},
        {"{{ [1]|batch(99999999999, 0)|list }}", "steps"},
        {"{{ 'abc'|indent(999999999) }}", "indent"},
        {"{{ 'aa'.replace('', 'x' * 999999) }}", "longer"},
        {"{{ ('a' * 999999).rfind('b' ~ 'a' * 99999) }}", "steps"},
        {"{{ ('a' * 999999).strip('b' * 99999 ~ 'a') }}", "steps"},
        {"{{ " + std::string(100000, '(') + " }}", ""},
        {"{{ " + std::string(100000, '[') + " }}", ""},
        {"{{ " + std::string(100000, '-') + "1 }}", "nested"},
    };
    for (const auto & [source, message] : cases) {
        const result r = render(source, "{}", most);
        EXPECT_TRUE(r.raises) << source.substr(0, 100);
        EXPECT_NE(std::string::npos, r.message.find(message)) << source.substr(0, 200) << ": " << r.message;
    }
    for (const char * link : {" + 1", ".x", "|trim", "()", " is defined", "[0]", " ~ 1", " or 1", " if 1 else 2"}) {
        std::string source = "{{ 1";
        for (int i = 0; i < 20000; i++) source += link;
        render(source + " }}", "{}", most); // as long as it returns
    }
    std::string blocks;
    for (int i = 0; i < 50000; i++) blocks += "{% if 1 %}";
    EXPECT_TRUE(render(blocks).raises);
    std::string chain = "{% if 0 %}";
    for (int i = 0; i < 50000; i++) chain += "{% elif 0 %}";
    EXPECT_TRUE(render(chain + "{% endif %}").raises);
}

TEST(Jinja, ValuesThatHoldEachOtherEnd) {
    const result r = render("{% set a = namespace() %}{% set b = namespace(a=a) %}{% set a.b = b %}{% set a.a = a %}"
                            "{% macro m() %}{{ a.m }}{% endmacro %}{% set a.m = m %}{{ a.b.a.b is defined }}");
    EXPECT_FALSE(r.raises) << r.message; // the address sanitizer's leak check sees what is left
    EXPECT_EQ("True", r.rendered.bytes());
}

TEST(Jinja, MemoryIsGivenBackWhileItRuns) {
    limits most;
    most.live_bytes = 1 << 20;
    const result r =
        render("{% for i in range(1000) %}{% set x = 'a' * 10000 %}{{ x|length }}{% endfor %}", "{}", most);
    EXPECT_FALSE(r.raises) << r.message;
    EXPECT_TRUE(render("{% set ns = namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = ns.l + ['a' * 10000] %}"
                       "{% endfor %}",
                       "{}", most)
                    .raises);
}

TEST(Jinja, JsonIsCheckedByteByByte) {
    for (const char * wrong : {"",          "{",           "[1,",
                               "{\"a\" 1}", "{a: 1}",      "[1 2]",
                               "nul",       "01",          "1.",
                               "1e",        "-",           "\"a",
                               "\"\\x\"",   "\"\\ud800\"", "\"\\udc00\"",
                               "\"\\u12\"", "\"\n\"",      "1 2",
                               "[1,]",      "{\"a\":1,}",  "99999999999999999999",
                               "1e999",     "+1",          ".5",
                               "NaN"}) {
        const result r = on_large_stack([&] {
            budget cost{limits()};
            read_json(cost, wrong, nothing);
            return text();
        });
        EXPECT_TRUE(r.raises) << wrong;
    }
    const result deep = on_large_stack([&] {
        budget cost{limits()};
        read_json(cost, std::string(100000, '['), nothing);
        return text();
    });
    EXPECT_TRUE(deep.raises);
    const std::string json = R"({"a": [1, -2.5, true, null, "\u00e4\ud83d\ude42\n"], "b": {}, "a2": 1e2})";
    const result same = on_large_stack([&] {
        budget cost{limits()};
        return write_json(cost, read_json(cost, json, nothing), {});
    });
    EXPECT_EQ("{\"a\": [1, -2.5, true, null, \"\u00e4\U0001F642\\n\"], \"b\": {}, \"a2\": 100.0}",
              same.rendered.bytes());
}
