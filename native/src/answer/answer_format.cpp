#include "answer/answer_format.h"

#include "answer/json_schema.h"
#include "common/status.h"
#include "jinja/budget.h"

#include "chat.h"

namespace gto {

struct answer_format::parser {
    common_chat_parser_params params;
};

namespace {

common_json wish(const char * field, const std::string & json) {
    try {
        return common_json::parse(json);
    } catch (const std::exception & e) {
        fail(GTO_E_ARGUMENT, "%s: expected JSON: %s", field, e.what());
    }
}

// Runs f; what it throws names the field.
template <class F> auto meeting(const char * field, F && f) {
    try {
        return f();
    } catch (const error &) {
        throw;
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception & e) {
        fail(GTO_E_ARGUMENT, "%s: %s", field, e.what());
    }
}

common_chat_templates_inputs inputs_of(const answer_wishes & wishes) {
    common_chat_templates_inputs inputs;
    inputs.messages =
        meeting("messages", [&] { return common_chat_msgs_parse_oaicompat(wish("messages", wishes.messages)); });
    if (!wishes.tools.empty()) {
        inputs.tools = meeting("tools", [&] { return common_chat_tools_parse_oaicompat(wish("tools", wishes.tools)); });
    }
    inputs.tool_choice =
        meeting("tool_choice", [&] { return common_chat_tool_choice_parse_oaicompat(wishes.tool_choice); });
    inputs.parallel_tool_calls = wishes.parallel_tool_calls;
    inputs.json_schema = wishes.json_schema;
    inputs.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
    for (const auto & [name, json] : wishes.variables) {
        inputs.chat_template_kwargs[name] = json;
        if (name == "enable_thinking") inputs.enable_thinking = json == "true";
    }
    return inputs;
}

common_chat_params plain_params(const answer_wishes & wishes) {
    common_chat_params params;
    if (!wishes.json_schema.empty()) params.grammar = json_schema_grammar(wishes.json_schema);
    return params;
}

common_chat_params params_of(const answer_wishes & wishes) {
    if (wishes.chat_template.empty()) return plain_params(wishes);
    const common_chat_templates_inputs inputs = inputs_of(wishes);
    try {
        const auto templates = common_chat_templates_init(nullptr, wishes.chat_template, wishes.bos, wishes.eos);
        return common_chat_templates_apply(templates.get(), inputs);
    } catch (const jinja::template_error & e) {
        fail(GTO_E_FORMAT, "the chat template, line %d: %s", e.line, e.what());
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception & e) {
        fail(GTO_E_FORMAT, "the chat template: no format of answers is found in it: %s", e.what());
    }
}

grammar_trigger trigger_of(const common_grammar_trigger & trigger) {
    if (trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN_FULL) return {"^(?:" + trigger.value + ")$", true};
    return {trigger.value, trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN};
}

void check_nesting(std::string_view answer) {
    constexpr int most = 10000;
    int depth = 0;
    for (const char c : answer) {
        depth += c == '[' || c == '{';
        depth -= depth > 0 && (c == ']' || c == '}');
        if (depth > most) fail(GTO_E_FORMAT, "the answer: it is nested deeper than %d brackets", most);
    }
}

} // namespace

answer_format::answer_format(const answer_wishes & wishes) : parser_(std::make_unique<parser>()) {
    const common_chat_params found = params_of(wishes);
    parser_->params = common_chat_parser_params(found);
    parser_->params.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
    if (!found.parser.empty()) parser_->params.parser.load(found.parser);
    grammar_ = found.grammar;
    if (!grammar_.empty() && !found.grammar_lazy) prefix_ = found.generation_prompt;
    if (found.grammar_lazy) {
        for (const common_grammar_trigger & trigger : found.grammar_triggers) triggers_.push_back(trigger_of(trigger));
    }
    stops_ = found.additional_stops;
}

answer_format::~answer_format() = default;

std::string answer_format::read(std::string_view answer, bool partial) const {
    check_nesting(answer);
    try {
        const common_chat_msg message = common_chat_parse(std::string(answer), partial, parser_->params);
        return message.to_json_oaicompat().dump_safe();
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception & e) {
        fail(GTO_E_FORMAT, "the answer: %s", e.what());
    }
}

} // namespace gto
