// Grammars: what they allow is what libllama's own matcher allows, and what would have ended the process there is an
// error or works.
#include "support/handles.h"
#include "target/target.h"
#include "target/target_grammar.h"

#include "common/large_stack.h"

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace gto_test;

namespace {

struct GrammarTest : testing::Test {
    GrammarTest() : model(one_layer()) {}
    static tiny_options one_layer() {
        tiny_options options;
        options.layers = 1;
        return options;
    }
    std::unique_ptr<gto::grammar_filter> open(const std::string & gbnf) {
        return gto::open_grammar(*model.target, gbnf.c_str());
    }

    // What follows a text, of single characters; '$' if it may end there. "!" if the text itself isn't allowed.
    std::string next(gto::grammar_filter & filter, const std::string & text) {
        filter.reset();
        std::vector<uint8_t> allowed;
        for (const char c : text) {
            filter.allow(allowed);
            if (!allowed[(uint8_t) c]) return "!";
            filter.accept((uint8_t) c);
        }
        filter.allow(allowed);
        std::string found;
        for (int c = 0; c < 256; c++) {
            if (allowed[c]) found += (char) c;
        }
        EXPECT_EQ(allowed[257], allowed[259]) << "</s> and <|im_end|>";
        return allowed[257] ? found + "$" : found;
    }
    std::string next(const std::string & gbnf, const std::string & text) { return next(*open(gbnf), text); }

    std::string message(const std::string & gbnf) {
        gto_sampler_options options = gto_sampler_options_default();
        options.grammar = gbnf.c_str();
        gto_sampler * sampler = nullptr;
        const gto_status status = gto_sampler_open(model.target.get(), options, &sampler);
        EXPECT_EQ(GTO_E_FORMAT, status) << gbnf.substr(0, 100);
        gto_sampler_free(sampler);
        return status == GTO_OK ? "" : gto_last_error();
    }
    tiny model;
};

// Random GBNF without recursion to the left.
class random_grammar {
  public:
    explicit random_grammar(uint32_t seed) : random_(seed) {}
    std::string text() {
        std::string all;
        for (int rule = 0; rule < 4; rule++) {
            all += (rule == 0 ? "root" : "r" + std::to_string(rule)) + " ::= " + alternatives(rule, 2) + "\n";
        }
        return all;
    }

  private:
    uint32_t below(uint32_t n) { return random_() % n; }
    std::string alternatives(int rule, int depth) {
        std::string all = one(rule, depth);
        while (below(3) == 0) all += " | " + one(rule, depth);
        return all;
    }
    std::string one(int rule, int depth) {
        static const char * const repetitions[] = {"", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}"};
        std::string all;
        for (uint32_t i = 1 + below(3); i > 0; i--) all += item(rule, depth) + repetitions[below(9)] + " ";
        if (below(4) == 0) {
            all += "\"" + std::string(1, (char) ('a' + below(4))) + "\" " +
                   (rule == 0 ? "root" : "r" + std::to_string(rule)) + " ";
        }
        return all;
    }
    std::string item(int rule, int depth) {
        static const char * const terminals[] = {"\"a\"", "\"ab\"",  "[a-c]",    "[^a]",  ".",
                                                 "\"c\"", "\"\\n\"", "\"<|im\"", "[<|s>]"};
        if (depth > 0 && below(4) == 0) return "(" + alternatives(rule, depth - 1) + ")";
        if (rule < 3 && below(4) == 0) return "r" + std::to_string(rule + 1 + below((uint32_t) (3 - rule)));
        return terminals[below(9)];
    }
    std::mt19937 random_;
};

} // namespace

TEST_F(GrammarTest, AllowsWhatLibllamaAllows) {
    int compared = 0;
    for (uint32_t seed = 0; seed < 150; seed++) {
        const std::string gbnf = random_grammar(seed).text();
        auto filter = open(gbnf);
        std::unique_ptr<llama_sampler, void (*)(llama_sampler *)> theirs(
            llama_sampler_init_grammar(model.target->vocab, gbnf.c_str(), "root"), llama_sampler_free);
        ASSERT_TRUE(theirs) << gbnf;
        std::mt19937 random(seed);
        std::vector<uint8_t> allowed;
        std::string said;
        for (int step = 0; step < 10; step++) {
            std::vector<llama_token_data> data(model.n_vocab());
            for (int32_t i = 0; i < model.n_vocab(); i++) data[i] = {i, 0, 0};
            llama_token_data_array all = {data.data(), data.size(), -1, false};
            llama_sampler_apply(theirs.get(), &all);
            filter->allow(allowed);
            std::vector<int32_t> choices;
            for (int32_t i = 0; i < model.n_vocab(); i++) {
                if (i >= 128 && i < 256) continue; // parts of characters: libllama takes bytes that aren't UTF-8
                ASSERT_EQ(data[i].logit > -INFINITY, allowed[i] != 0)
                    << gbnf << "token " << i << " after '" << said << "'";
                compared++;
                if (allowed[i] && !gto_target_is_end(model.target.get(), i)) choices.push_back(i);
            }
            if (choices.empty()) break;
            const int32_t token = choices[random() % choices.size()];
            said += std::to_string(token) + " ";
            llama_sampler_accept(theirs.get(), token);
            filter->accept(token);
        }
    }
    EXPECT_GT(compared, 100000);
}

TEST_F(GrammarTest, RecursionOfAllKinds) {
    EXPECT_EQ("b", next("root ::= root \"a\" | \"b\"", ""));
    EXPECT_EQ("a$", next("root ::= root \"a\" | \"b\"", "baaa"));
    EXPECT_EQ("qx", next("root ::= x\nx ::= y \"a\" | \"x\"\ny ::= z\nz ::= e x\ne ::= \"q\"?", ""))
        << "to the left over what may be empty";
    EXPECT_EQ("a", next("root ::= e root \"z\" | \"a\"\ne ::= \"\" | f\nf ::= \"\"", ""));
    EXPECT_EQ("z$", next("root ::= e root \"z\" | \"a\"\ne ::= \"\" | f\nf ::= \"\"", "azz"));
    EXPECT_EQ("a$", next("root ::= ((\"a\"?)*)*", "aa"));
    EXPECT_EQ("", next("root ::= root", "")) << "says nothing at all";
}

TEST_F(GrammarTest, TextsOfTheSource) {
    EXPECT_EQ("\xF0", next("root ::= [\xF0\x9F\x98\x80-\xF0\x9F\x98\x8E]", ""));
    EXPECT_EQ("\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8A\x8B\x8C\x8D\x8E",
              next("root ::= [\xF0\x9F\x98\x80-\xF0\x9F\x98\x8E]", "\xF0\x9F\x98"));
    EXPECT_EQ("$", next("root ::= [\xF0\x9F\x98\x80-\xF0\x9F\x98\x8E]", "\xF0\x9F\x98\x8E"));
    EXPECT_EQ("\xA9", next("root ::= \"\\u00e9\"", "\xC3"));
    EXPECT_EQ("ab", next("root ::= [\\x61-\\x62]{5000}", std::string(4999, 'a')));
    EXPECT_EQ("$", next("root ::= [\\x61-\\x62]{5000}", std::string(5000, 'a')));
    EXPECT_EQ("a$", next("root ::= \"a\"{0,3000} # comment", std::string(2999, 'a')));
    EXPECT_EQ("$", next("root ::= \"a\"{0}", ""));
    EXPECT_EQ("abx", next("root ::= (\n \"a\" |\n \"b\"\n) |\n \"x\"\n", ""));
    EXPECT_EQ("c", next("root ::= x\nx ::= \"b\"\nx ::= \"c\"", "")) << "the last definition counts";
}

TEST_F(GrammarTest, TokensByName) {
    auto filter = open("root ::= <|im_start|> \"a\" | <[12]> | !<s> \"b\"");
    std::vector<uint8_t> allowed;
    filter->allow(allowed);
    EXPECT_EQ(1, allowed[258]);
    EXPECT_EQ(1, allowed[12]);
    EXPECT_EQ(0, allowed[256]);
    filter->accept(258);
    filter->allow(allowed);
    EXPECT_TRUE(allowed['a'] && allowed['b'] && !allowed['c']);
}

TEST_F(GrammarTest, ErrorsNameThePlace) {
    const struct {
        std::string gbnf, part;
    } cases[] = {{"", "no rule"},
                 {"   \n # only a comment\n", "no rule"},
                 {"foo ::= \"a\"", "a rule \"root\""},
                 {"root ::= \"a\"\nb ::= (\"c\" | d", "line 2, column 15"},
                 {"root ::= undefined-rule", "\"undefined-rule\" is used and nowhere defined"},
                 {"root ::= [z-a]", "column 11: a range goes down, from U+007A to U+0061"},
                 {"root ::= \"a\"{3,1}", "column 13: at least 3 and at most 1"},
                 {"root ::= \"a\"{,2}", "number of repetitions"},
                 {"root ::= \"a\"{99999999999999999999}", "too large"},
                 {"root ::= \"a\"{4000000000}", "4000000000 repetitions"},
                 {"root ::= *", "a repetition of nothing"},
                 {"root ::= []", "found none"},
                 {"root ::= \"\\xZZ\"", "a hexadecimal digit, found \"ZZ"},
                 {"root ::= \"\\U00110000\"", "U+110000 is no character"},
                 {"root ::= \"\\q\"", "expected an escape"},
                 {"root ::= \"a", "found the end"},
                 {"root ::= \"\xFF\"", "expected UTF-8"},
                 {"root = \"a\"", "expected \"::=\""},
                 {"root ::= <no-such-token>", "a token of the model"},
                 {"root ::= <[99999999999999999999]>", "too large"},
                 {"root ::= \"a\" %", "the end of the rule, found \"%\""}};
    for (const auto & c : cases) {
        const std::string found = message(c.gbnf);
        EXPECT_NE(std::string::npos, found.find(c.part)) << c.gbnf << ": " << found;
        EXPECT_EQ(0u, found.find("grammar")) << found;
    }
}

// Each once ended the process or went on for ever.
TEST_F(GrammarTest, SizeIsBounded) {
    const auto times = [](const std::string & part, size_t n) {
        std::string text;
        for (size_t i = 0; i < n; i++) text += part;
        return text;
    };
    const auto chain = [](size_t n, const std::string & last) {
        std::string text = "root ::= r0\n";
        for (size_t i = 0; i + 1 < n; i++) text += "r" + std::to_string(i) + " ::= r" + std::to_string(i + 1) + "\n";
        return text + "r" + std::to_string(n - 1) + " ::= " + last + "\n";
    };
    gto::run_on_large_stack(256 << 10, [&] { // as small as a JVM's threads may have
        EXPECT_NE(std::string::npos,
                  message("root ::= " + times("(", 3000) + "\"a\"" + times(")", 3000)).find("nested deeper than 256"));
        EXPECT_NE(std::string::npos, message(chain(60000, "\"a\"")).find("grammar"));
        EXPECT_NE(std::string::npos, message("root ::= \"a\"" + times("?", 60000)).find("more than 50000 rules"));
        EXPECT_EQ("a", next("root ::= " + times("(\"a\"", 20) + times("{1,9}){1,9}", 20), ""))
            << "9 to the power of 40";
        EXPECT_NE(std::string::npos, message("root ::= \"" + times("x", 2000000) + "\"").find("at most 1048576 bytes"));
        EXPECT_NE(std::string::npos,
                  message("root ::= \"" + times("x", 1000) + "\"{40000}\nb ::= (" + times("\"a\" ", 1000) + "){600000}")
                      .find("grammar, line"));
        EXPECT_EQ("a", next("root ::= " + times("(", 200) + "\"a\"" + times(")", 200), ""));
        EXPECT_EQ("a", next(chain(40000, "\"a\""), ""));
        EXPECT_EQ("ac$", next("root ::= (" + times("\"a\"? ", 20000) + "\"c\"?)*", "aa"));
        EXPECT_EQ("$", next("root ::= " + times("\"a\" | ", 20000) + "\"b\"", "a"));
        std::string doubling = "root ::= r0\n";
        for (int i = 0; i < 60; i++) {
            doubling += "r" + std::to_string(i) + " ::= r" + std::to_string(i + 1) + " \"x\" | r" +
                        std::to_string(i + 1) + " \"y\"\n";
        }
        EXPECT_EQ("a", next(doubling + "r60 ::= \"a\"", "")) << "2 to the power of 60 stacks";
        EXPECT_EQ("bc", next("root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"x\"",
                             times("a", 100) + "x" + times("b", 50) + times("c", 49)));
    });
}

TEST_F(GrammarTest, WhatIsTooAmbiguousIsAnError) {
    auto filter = gto::open_grammar(*model.target, "root ::= root root root | \"a\" | root root | \"\"", 100000);
    try {
        for (int i = 0; i < 3000; i++) filter->accept('a');
        FAIL() << "time by the square of the text, and yet done";
    } catch (const gto::error & e) {
        EXPECT_EQ(GTO_E_ARGUMENT, e.status);
        EXPECT_NE(nullptr, strstr(e.what(), "grammar")) << e.what();
    }
    EXPECT_THROW(open("root ::= \"a\"")->accept('b'), gto::error);
}
