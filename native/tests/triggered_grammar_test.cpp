// Grammars that begin at a trigger.
#include "support/handles.h"
#include "target/target.h"
#include "target/target_grammar.h"

#include <cstring>
#include <string>
#include <vector>

using namespace gto_test;

namespace {

struct TriggeredGrammarTest : testing::Test {
    TriggeredGrammarTest() : model(one_layer()) {}
    static tiny_options one_layer() {
        tiny_options options;
        options.layers = 1;
        return options;
    }
    std::unique_ptr<gto::triggered_grammar> open(const std::string & gbnf, std::vector<gto::grammar_trigger> triggers) {
        return gto::open_triggered_grammar(*model.target, gbnf.c_str(), triggers);
    }

    // What may follow a text of single characters: "*" for everything, else as letters and '$' for the text's end.
    static std::string next(gto::triggered_grammar & filter, const std::string & text) {
        filter.reset();
        for (const char c : text) filter.accept((uint8_t) c);
        std::vector<uint8_t> allowed;
        filter.allow(allowed);
        std::string found;
        for (int c = 0; c < 256; c++) {
            if (allowed[c]) found += (char) c;
        }
        if (found.size() == 256) return "*";
        return allowed[257] ? found + "$" : found;
    }
    tiny model;
};

TEST_F(TriggeredGrammarTest, WithoutTriggersItHoldsFromTheBeginning) {
    auto filter = open("root ::= \"ab\"", {});
    EXPECT_TRUE(filter->active());
    EXPECT_EQ("a", next(*filter, ""));
    EXPECT_EQ("$", next(*filter, "ab"));
}

TEST_F(TriggeredGrammarTest, AWordBeginsIt) {
    auto filter = open("root ::= \"<call>\" [0-9] \"</call>\"", {{"<call>", false}});
    EXPECT_EQ("*", next(*filter, ""));
    EXPECT_EQ("*", next(*filter, "some text <call"));
    EXPECT_EQ("0123456789", next(*filter, "some text <call>"));
    EXPECT_EQ("<", next(*filter, "some text <call>7"));
    EXPECT_EQ("$", next(*filter, "some text <call>7</call>"));
    EXPECT_EQ("0123456789", next(*filter, std::string(5000, 'x') + "<<call>")) << "old text is forgotten";
    filter->reset();
    EXPECT_FALSE(filter->active());
}

TEST_F(TriggeredGrammarTest, TheFirstOfSeveralBeginsIt) {
    auto filter = open("root ::= \"<a>\" \"1\" | \"<b>\" \"2\"", {{"<b>", false}, {"<a>", false}});
    EXPECT_EQ("1", next(*filter, "x<a>"));
    EXPECT_EQ("2", next(*filter, "<b>"));
}

TEST_F(TriggeredGrammarTest, ATriggerWithinATokenBeginsItThere) {
    tiny_options options = one_layer();
    options.user_defined = {"x<call>4", "y<call>z"};
    tiny other(options);
    auto filter = gto::open_triggered_grammar(*other.target, "root ::= \"<call>\" [0-9]+ \"!\"", {{"<call>", false}});
    const auto token = [&](const char * text) {
        int32_t id = -1, n = 0;
        EXPECT_EQ(GTO_OK,
                  gto_target_tokenize(other.target.get(), text, (int32_t) strlen(text), false, false, &id, 1, &n));
        EXPECT_EQ(1, n) << text;
        return id;
    };
    filter->accept(token("x<call>4"));
    EXPECT_TRUE(filter->active());
    std::vector<uint8_t> allowed;
    filter->allow(allowed);
    EXPECT_TRUE(allowed['5']);
    EXPECT_TRUE(allowed['!']);
    EXPECT_FALSE(allowed['x']);

    filter->reset();
    filter->accept(token("y<call>z")); // not the grammar's: no call
    EXPECT_FALSE(filter->active());
    filter->allow(allowed);
    EXPECT_TRUE(allowed['x']);
    for (const char c : std::string(" <call>")) filter->accept((uint8_t) c);
    EXPECT_TRUE(filter->active());
}

TEST_F(TriggeredGrammarTest, APatternBeginsItAtItsGroup) {
    auto filter = open("root ::= \" to=\" [a-z]", {{"<start>assistant( to)", true}});
    EXPECT_EQ("*", next(*filter, "user to"));
    EXPECT_EQ("=", next(*filter, "text <start>assistant to"));

    auto at_start = open("root ::= \" to\" \"=\"", {{"^\\s+to$", true}});
    EXPECT_EQ("=", next(*at_start, " to"));
    EXPECT_EQ("*", next(*at_start, "x to"));
    EXPECT_EQ("*", next(*at_start, std::string(3000, 'x') + " to")) << "the window's beginning isn't the text's";

    auto not_all = open("root ::= \">>>\" [a-z]+", {{">>>(?!all)", true}});
    EXPECT_NE("*", next(*not_all, ">>>"));
}

TEST_F(TriggeredGrammarTest, APatternThatBacktracksEnds) {
    auto filter = open("root ::= \"b\"", {{"(a*)*c", true}});
    EXPECT_EQ("*", next(*filter, std::string(1000, 'a')));
}

TEST_F(TriggeredGrammarTest, WrongTriggersAreErrors) {
    gto_sampler_options options = gto_sampler_options_default();
    options.grammar = "root ::= \"a\"";
    const auto status = [&](const char * trigger, bool pattern) {
        options.n_triggers = 1;
        options.triggers = &trigger;
        options.triggers_are_patterns = &pattern;
        gto_sampler * sampler = nullptr;
        const gto_status s = gto_sampler_open(model.target.get(), options, &sampler);
        gto_sampler_free(sampler);
        return s;
    };
    EXPECT_EQ(GTO_OK, status("a", false));
    EXPECT_EQ(GTO_E_FORMAT, status("", false));
    EXPECT_EQ(GTO_E_FORMAT, status("(", true));
    EXPECT_NE(nullptr, strstr(gto_last_error(), "trigger")) << gto_last_error();
    EXPECT_EQ(GTO_E_ARGUMENT, status(nullptr, false));
}

} // namespace
