// Formats of answers: against stock llama.cpp's chat parsers, on all of its templates, and by themselves.
#include "answer/answer_format.h"
#include "answer/answer_rendering.h"
#include "answer/json_schema.h"
#include "common/large_stack.h"
#include "common/last_net.h"
#include "common/status.h"
#include "jinja/json.h"
#include "jinja/template.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace gto;
using jinja::value;

namespace {

constexpr int64_t noon = 1753963200; // of the last day of July 2025

const char * const tools =
    R"([{"type": "function", "function": {"name": "get_weather", "description": "The weather of a city",
 "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "Its name"}, "days": {"type": "integer", "description": "How many"}},
 "required": ["city", "days"]}}},
 {"type": "function", "function": {"name": "add_numbers", "description": "Adds two numbers",
 "parameters": {"type": "object", "properties": {"a": {"type": "integer", "description": "One"}, "b": {"type": "integer", "description": "Another"}},
 "required": ["a", "b"]}}}])";

const char * const schema = R"({"type": "object", "properties": {"city": {"type": "string", "maxLength": 20},
 "tags": {"type": "array", "items": {"enum": ["hot", "cold"]}}}, "required": ["city"], "additionalProperties": false})";

const std::string question = R"({"role": "user", "content": "What is it like in Paris?"})";
const std::string weather = R"({"id": "call00001", "type": "function", "function": {"name": "get_weather", "arguments":
 {"city": "Paris", "days": 2}}})";
const std::string sum = R"({"id": "call00002", "type": "function", "function": {"name": "add_numbers", "arguments":
 {"a": 3, "b": 4}}})";

std::string contents(const std::filesystem::path & file) {
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in.good()) << file;
    return {std::istreambuf_iterator<char>(in), {}};
}

void on_large_stack(const std::function<void(jinja::budget &)> & f) {
    run_on_large_stack((size_t) 256 << 20, [&] {
        const std::string what = "answer_test";
        last_net net(what);
        jinja::budget cost{jinja::limits()};
        const answer_rendering bounds(cost, noon);
        f(cost);
    });
}

value parsed(jinja::budget & cost, const std::string & json) {
    return jinja::read_json(cost, json, [](const auto &) { return false; });
}

// The same JSON in one form.
std::string canonical(const std::string & json) {
    jinja::budget cost{jinja::limits()};
    jinja::json_style style;
    style.sort_keys = true;
    return jinja::write_json(cost, parsed(cost, json), style).bytes();
}

std::string quoted(const std::string & text) {
    jinja::budget cost{jinja::limits()};
    return jinja::write_json(cost, jinja::own_text(cost, text), {}).bytes();
}

// What a template makes of a conversation; empty if it refuses it.
std::string rendered(const std::string & source, const std::string & messages, bool generation_prompt,
                     bool with_tools = true) {
    std::string text;
    on_large_stack([&](jinja::budget & cost) {
        auto all = std::make_shared<jinja::dict>();
        const auto set = [&](const char * name, const value & v) { all->set(jinja::own_text(cost, name), v); };
        set("documents", jinja::none{});
        set("bos_token", jinja::own_text(cost, "<s>"));
        set("eos_token", jinja::own_text(cost, "</s>"));
        set("messages", parsed(cost, messages));
        set("tools", with_tools ? parsed(cost, tools) : jinja::none{});
        set("add_generation_prompt", generation_prompt);
        try {
            text = jinja::chat_template(source).render(cost, *all, noon).bytes();
        } catch (const jinja::template_error &) {}
    });
    return text;
}

std::string assistant(const std::string & fields) {
    return "[" + question + R"(, {"role": "assistant", )" + fields + "}]";
}

// What a model writes for a message of its own, as its template shows it: without the header before and the end behind.
std::string answer_of(const std::string & source, const std::string & fields) {
    const std::string before = rendered(source, "[" + question + "]", true);
    std::string whole = rendered(source, assistant(fields), false);
    if (before.empty() || whole.compare(0, before.size(), before) != 0) return "";
    whole.erase(0, before.size());
    const std::string plain = rendered(source, assistant(R"("content": "gto4j_end")"), false);
    const size_t at = plain.rfind("gto4j_end");
    if (at == std::string::npos) return "";
    const std::string end = plain.substr(at + 9);
    for (size_t n = end.size(); n > 0; n--) { // some put less behind calls
        if (whole.size() >= n && whole.compare(whole.size() - n, n, end, end.size() - n, n) == 0) {
            whole.resize(whole.size() - n);
            break;
        }
    }
    return whole;
}

struct scenario {
    std::string name, tool_choice = "auto", json_schema;
    bool with_tools = true, parallel = false;
};

const scenario scenarios[] = {{"tools", "auto", "", true, false},        {"parallel", "auto", "", true, true},
                              {"required", "required", "", true, false}, {"none", "none", "", true, false},
                              {"schema", "auto", schema, false, false},  {"plain", "auto", "", false, false}};

answer_wishes wishes_of(const scenario & s, const std::string & source) {
    answer_wishes wishes;
    wishes.chat_template = source;
    wishes.bos = "<s>";
    wishes.eos = "</s>";
    wishes.messages = "[" + question + "]";
    if (s.with_tools) wishes.tools = tools;
    wishes.tool_choice = s.tool_choice;
    wishes.parallel_tool_calls = s.parallel;
    wishes.json_schema = s.json_schema;
    return wishes;
}

std::string list_of(const std::vector<std::string> & items) {
    std::string list = "[";
    for (const std::string & item : items) list += (list.size() > 1 ? ", " : "") + item;
    return list + "]";
}

std::string ours(const scenario & s, const std::string & source, const std::vector<std::string> & answers) {
    std::string result;
    on_large_stack([&](jinja::budget &) {
        try {
            const answer_format format(wishes_of(s, source));
            std::vector<std::string> triggers, stops, read;
            for (const grammar_trigger & trigger : format.triggers()) triggers.push_back(quoted(trigger.text));
            for (const std::string & stop : format.stops()) stops.push_back(quoted(stop));
            for (const std::string & answer : answers) {
                try {
                    read.push_back(format.read(answer, false));
                } catch (const error &) {
                    read.push_back("\"refused\"");
                }
            }
            result = "{\"grammar\": " + quoted(format.grammar()) + ", \"triggers\": " + list_of(triggers) +
                     ", \"stops\": " + list_of(stops) + ", \"read\": " + list_of(read) + "}";
        } catch (const error & e) {
            result = "{\"error\": " + quoted(e.what()) + "}";
        }
    });
    return result;
}

std::string line_of(const scenario & s, const std::string & source, const std::vector<std::string> & answers) {
    std::vector<std::string> texts;
    for (const std::string & answer : answers) texts.push_back(quoted(answer));
    std::string json =
        "{\"template\": " + quoted(source) + R"(, "bos": "<s>", "eos": "</s>", "messages": [)" + question + "]";
    if (s.with_tools) json += std::string(", \"tools\": ") + tools;
    if (!s.json_schema.empty()) json += ", \"json_schema\": " + s.json_schema;
    json += ", \"tool_choice\": " + quoted(s.tool_choice);
    json += std::string(", \"parallel_tool_calls\": ") + (s.parallel ? "true" : "false");
    json += ", \"answers\": " + list_of(texts) + "}";
    std::replace(json.begin(), json.end(), '\n', ' ');
    return json;
}

// Lines of stock_answers for lines of cases.
std::vector<std::string> stock(const std::vector<std::string> & cases) {
    const auto file = std::filesystem::temp_directory_path() / ("gto4j-answers-" + std::to_string(getpid()));
    {
        std::ofstream out(file);
        for (const std::string & line : cases) out << line << "\n";
    }
    std::vector<std::string> lines;
    FILE * pipe = popen((std::string(GTO_STOCK_ANSWERS) + " < " + file.string()).c_str(), "r");
    EXPECT_NE(pipe, nullptr);
    std::string line;
    for (int c; pipe && (c = fgetc(pipe)) != EOF;) {
        if (c != '\n') {
            line += (char) c;
            continue;
        }
        lines.push_back(line);
        line.clear();
    }
    EXPECT_EQ(pipe ? pclose(pipe) : -1, 0);
    std::filesystem::remove(file);
    return lines;
}

struct one_template {
    std::string name, source;
    std::vector<std::string> answers;
};

std::vector<one_template> templates() {
    std::vector<one_template> all;
    for (const auto & file : std::filesystem::directory_iterator(GTO_TEMPLATES_DIR)) {
        if (file.path().extension() != ".jinja") continue;
        one_template t{file.path().stem().string(), contents(file.path()), {}};
        t.answers = {"It is warm.", "{\"city\": \"Paris\"}", ""};
        for (const std::string & fields :
             {R"("content": "", "tool_calls": [)" + weather + "]",
              R"("content": "", "tool_calls": [)" + weather + ", " + sum + "]",
              std::string(R"("content": "It is warm.", "reasoning_content": "They ask for it.")")}) {
            const std::string answer = answer_of(t.source, fields);
            if (answer.empty()) continue;
            t.answers.push_back(answer);
            size_t half = answer.size() / 2;
            while (half > 0 && ((uint8_t) answer[half] & 0xC0) == 0x80) half--; // at a character's beginning
            t.answers.push_back(answer.substr(0, half));
        }
        all.push_back(t);
    }
    std::sort(all.begin(), all.end(), [](const auto & a, const auto & b) { return a.name < b.name; });
    return all;
}

} // namespace

TEST(answer, FormatsOfAllTemplatesAreStocks) {
    if (std::string(GTO_STOCK_ANSWERS).empty())
        GTEST_SKIP() << "stock's chat parsers are built with llama-server, which is not there";
    const std::vector<one_template> all = templates();
    ASSERT_GE(all.size(), 60u);
    std::vector<std::string> cases;
    for (const one_template & t : all) {
        for (const scenario & s : scenarios) cases.push_back(line_of(s, t.source, t.answers));
    }
    const std::vector<std::string> expected = stock(cases);
    ASSERT_EQ(expected.size(), cases.size());
    size_t i = 0, same = 0, refused = 0;
    for (const one_template & t : all) {
        for (const scenario & s : scenarios) {
            const std::string found = ours(s, t.source, t.answers), wanted = expected[i++];
            const bool fails = found.compare(0, 9, "{\"error\":") == 0;
            if ((fails && wanted.compare(0, 9, "{\"error\":") == 0) || canonical(found) == canonical(wanted)) {
                same++;
            } else if (fails && rendered(t.source, "[" + question + "]", true, s.with_tools).empty()) {
                refused++; // jinja2 refuses this conversation, where stock's Jinja forgives
                printf("refused: %s, %s\n", t.name.c_str(), s.name.c_str());
            } else {
                printf("%s, %s:\n  ours  %.3000s\n  stock %.3000s\n", t.name.c_str(), s.name.c_str(), found.c_str(),
                       wanted.c_str());
            }
        }
    }
    printf("%zu of %zu formats are stock's\n", same, cases.size());
    EXPECT_EQ(same + refused, cases.size());
    EXPECT_LE(refused, 16u);
}

TEST(answer, CallsAreReadAsTheyAreWritten) {
    // Families that don't write calls as their template shows them, or whose template shows none.
    size_t with_calls = 0;
    std::vector<std::string> others;
    for (const one_template & t : templates()) {
        const std::string answer = answer_of(t.source, R"("content": "", "tool_calls": [)" + weather + "]");
        if (answer.empty()) continue;
        const std::string read = ours(scenarios[0], t.source, {answer});
        if (read.find("get_weather") != std::string::npos && read.find("\\\"city\\\":") != std::string::npos &&
            read.find("\"refused\"") == std::string::npos) {
            with_calls++;
        } else {
            others.push_back(t.name);
        }
    }
    printf("%zu templates' calls are read, not those of:\n", with_calls);
    for (const std::string & name : others) printf("  %s\n", name.c_str());
    EXPECT_GE(with_calls, 30u);
}

TEST(answer, TheGrammarTakesWhatTheFormatWrites) {
    on_large_stack([](jinja::budget &) {
        const std::string source = contents(std::filesystem::path(GTO_TEMPLATES_DIR) / "Qwen-Qwen3-0.6B.jinja");
        const answer_format format(wishes_of(scenarios[0], source));
        EXPECT_FALSE(format.grammar().empty());
        ASSERT_EQ(1u, format.triggers().size());
        EXPECT_EQ("<tool_call>\n", format.triggers()[0].text);
    });
}

TEST(answer, HostileTemplatesEndInTime) {
    const std::string loops[] = {
        "{% for i in range(100000000) %}{% for j in range(100000000) %}x{% endfor %}{% endfor %}",
        "{% set x = 'a' * 100000000000 %}{{ x }}", std::string(100000, '('),
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% if messages[0].content == 'gto4j_content' %}{% for i in range(9999999) %}{{ i }}{% endfor %}"
        "{% endif %}{{ messages[0].content }}"};
    for (const std::string & source : loops) {
        on_large_stack([&](jinja::budget &) {
            try {
                answer_format format(wishes_of(scenarios[0], source));
            } catch (const error & e) {
                EXPECT_EQ(GTO_E_FORMAT, e.status) << e.what();
            }
        });
    }
}

TEST(answer, DeepAnswersAndSchemasEnd) {
    on_large_stack([](jinja::budget &) {
        const std::string source = contents(std::filesystem::path(GTO_TEMPLATES_DIR) / "Qwen-Qwen3-0.6B.jinja");
        const answer_format format(wishes_of(scenarios[0], source));
        const std::string open(500000, '[');
        try {
            format.read("<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": " + open, false);
        } catch (const error & e) {
            EXPECT_EQ(GTO_E_FORMAT, e.status);
        }
        std::string deep = "{}";
        for (int i = 0; i < 20000; i++) deep = "{\"not\":" + deep + "}";
        const std::string schemas[] = {R"({"type": "string", "pattern": "^)" + std::string(300000, '(') + R"($"})",
                                       deep,
                                       R"({"$ref": "https://example.org/schema.json"})",
                                       "{",
                                       R"({"type": "wrong"})",
                                       R"({"type": "string", "maxLength": 1000000000})",
                                       R"({"$ref": "#/a", "a": {"$ref": "#/a"}})"};
        for (const std::string & s : schemas) {
            try {
                json_schema_grammar(s);
            } catch (const error & e) {
                EXPECT_EQ(GTO_E_ARGUMENT, e.status) << e.what();
            }
        }
    });
}
