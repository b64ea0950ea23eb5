// Stock llama.cpp's chat parsers, for answer_test to compare with. A line of standard input is a case: a JSON object
// {"template", "bos", "eos", "messages", "tools", "tool_choice", "parallel_tool_calls", "json_schema", "answers"}; a
// line of output is what stock makes of it: {"grammar", "triggers", "stops", "read"} or {"error"}.
#include "chat.h"
#include "log.h"

#include <iostream>
#include <string>

namespace {

common_chat_params params_of(const common_json & test) {
    common_chat_templates_inputs inputs;
    inputs.messages = common_chat_msgs_parse_oaicompat(test.at("messages"));
    if (test.contains("tools")) inputs.tools = common_chat_tools_parse_oaicompat(test.at("tools"));
    inputs.tool_choice = common_chat_tool_choice_parse_oaicompat(test.value("tool_choice", "auto"));
    inputs.parallel_tool_calls = test.at("parallel_tool_calls").get<bool>();
    if (test.contains("json_schema")) inputs.json_schema = test.at("json_schema").dump();
    inputs.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
    const auto templates = common_chat_templates_init(nullptr, test.at("template"), test.at("bos"), test.at("eos"));
    return common_chat_templates_apply(templates.get(), inputs);
}

common_json result_of(const common_json & test) {
    const common_chat_params found = params_of(test);
    common_json triggers = common_json::array();
    if (found.grammar_lazy) {
        for (const auto & trigger : found.grammar_triggers) triggers.push_back(trigger.value);
    }
    common_chat_parser_params parser(found);
    parser.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
    if (!found.parser.empty()) parser.parser.load(found.parser);
    common_json read = common_json::array();
    for (const common_json & answer : test.at("answers")) {
        try {
            read.push_back(common_chat_parse(answer, false, parser).to_json_oaicompat());
        } catch (const std::exception &) {
            read.push_back("refused");
        }
    }
    common_json result = common_json::object();
    result["grammar"] = found.grammar;
    result["triggers"] = triggers;
    result["stops"] = found.additional_stops;
    result["read"] = read;
    return result;
}

} // namespace

int main() {
    common_log_set_verbosity_thold(-1);
    for (std::string line; std::getline(std::cin, line);) {
        common_json result = common_json::object();
        try {
            result = result_of(common_json::parse(line));
        } catch (const std::exception & e) {
            result["error"] = std::string(e.what());
        }
        std::cout << result.dump_safe() << std::endl;
    }
}
