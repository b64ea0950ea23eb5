// How a model writes an answer with reasoning and calls of tools, and how such an answer is read: llama.cpp's chat
// parsers, which find both in a model's chat template.
#pragma once

#include "grammar/triggered_grammar.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gto {

// What the format is made for. JSON fields are texts of valid JSON.
struct answer_wishes {
    std::string chat_template; // in Jinja; empty: an answer is plain text
    std::string bos, eos;
    std::string messages;                                       // a list, as clients send it
    std::string tools;                                          // a list; empty: none
    std::vector<std::pair<std::string, std::string>> variables; // of the template: name and JSON
    std::string tool_choice = "auto";                           // or "required" or "none"
    bool parallel_tool_calls = false;
    std::string json_schema; // of the whole answer; empty: none
};

class answer_format {
  public:
    // Within an answer_rendering. Fails with GTO_E_ARGUMENT naming a wish that can't be met, with GTO_E_FORMAT if the
    // template can't be read or no format can be found in it.
    explicit answer_format(const answer_wishes & wishes);
    ~answer_format();

    // GBNF of the answer, from a trigger on if there are triggers, else of the answer behind `prefix`, the end of the
    // prompt; empty: any text.
    const std::string & grammar() const { return grammar_; }
    const std::string & prefix() const { return prefix_; }
    const std::vector<grammar_trigger> & triggers() const { return triggers_; }
    // Texts that end an answer besides the model's own end tokens.
    const std::vector<std::string> & stops() const { return stops_; }

    // The message of an answer, as JSON: content, and where there are reasoning_content and tool_calls. `partial`: the
    // answer goes on. Fails with GTO_E_FORMAT if the answer doesn't have the format. On a thread with a large stack:
    // each of at most 10,000 brackets within each other takes less than 3 KB of it.
    std::string read(std::string_view answer, bool partial) const;

  private:
    struct parser;
    std::unique_ptr<parser> parser_;
    std::string grammar_, prefix_;
    std::vector<grammar_trigger> triggers_;
    std::vector<std::string> stops_;
};

} // namespace gto
