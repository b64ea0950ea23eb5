// What a template can say, found by rendering small conversations that differ in one thing: what changes the text is
// used.
#include "answer/seam/jinja/caps.h"

#include <optional>
#include <stdexcept>

namespace jinja {

namespace {

using json = common_json;

// Nothing if the template refuses the conversation.
std::optional<std::string> render(const program & p, json messages, json tools, const context * with = nullptr) {
    context variables("");
    if (with) variables = *with;
    global_from_json(variables,
                     json{{"messages", std::move(messages)},
                          {"tools", std::move(tools)},
                          {"bos_token", ""},
                          {"eos_token", ""},
                          {"add_generation_prompt", true}},
                     false);
    try {
        return runtime(variables).execute(p)->as_string().str();
    } catch (const std::exception &) {
        return std::nullopt;
    }
}

bool holds(const std::optional<std::string> & text, const std::string & part) {
    return text && text->find(part) != std::string::npos;
}

bool differ(const std::optional<std::string> & a, const std::optional<std::string> & b) { return a && b && *a != *b; }

json user(json content) { return json{{"role", "user"}, {"content", std::move(content)}}; }

json tools_named(const std::string & name) {
    json parameters = json{{"type", "object"},
                           {"properties", json{{"arg", json{{"type", "string"}, {"description", "What it takes"}}}}},
                           {"required", json::array({"arg"})}};
    return json::array({json{
        {"type", "function"},
        {"function", json{{"name", name}, {"description", "What it does"}, {"parameters", std::move(parameters)}}}}});
}

json call_of(const std::string & id, const std::string & name, json arguments) {
    return json{
        {"id", id}, {"type", "function"}, {"function", json{{"name", name}, {"arguments", std::move(arguments)}}}};
}

json conversation_with(json calls) {
    return json::array({user("A question"),
                        json{{"role", "assistant"}, {"content", ""}, {"tool_calls", std::move(calls)}},
                        json{{"role", "tool"}, {"content", "A result"}, {"tool_call_id", "call00001"}},
                        json{{"role", "assistant"}, {"content", "An answer"}}, user("Another question")});
}

json arguments_of(const caps & found, const std::string & value) {
    json object = json{{"arg", value}};
    return found.supports_object_arguments ? object : json(object.dump());
}

json one_call(const caps & found, const std::string & name, const std::string & value) {
    return conversation_with(json::array({call_of("call00001", name, arguments_of(found, value))}));
}

void find_content(const program & p, caps & found) {
    const std::string marker = "gto4j_content";
    const auto as_text = render(p, json::array({user(marker)}), json::array());
    const auto as_parts =
        render(p, json::array({user(json::array({json{{"type", "text"}, {"text", marker}}}))}), json::array());
    found.supports_string_content = holds(as_text, marker);
    // a template that prints whatever it is given prints names of fields, too
    found.supports_typed_content =
        holds(as_parts, marker) && !holds(as_parts, "'type'") && !holds(as_parts, "\"type\"");
    if (!found.supports_typed_content) found.supports_string_content = true;
}

void find_system(const program & p, caps & found) {
    const std::string marker = "gto4j_system";
    json messages = json::array({json{{"role", "system"}, {"content", marker}}, user("A question")});
    found.supports_system_role = holds(render(p, std::move(messages), json::array()), marker);
}

void find_tools(const program & p, caps & found) {
    found.supports_object_arguments = true;
    const json tools = tools_named("tool1");
    const std::string value = "gto4j_value";
    const auto as_object = render(p, one_call(found, "tool1", value), tools);
    // a template that meant JSON text prints an object as Python does
    found.supports_object_arguments = holds(as_object, value) && !holds(as_object, "{'arg'");
    const auto called = found.supports_object_arguments ? as_object : render(p, one_call(found, "tool1", value), tools);
    found.supports_tools = differ(called, render(p, one_call(found, "tool1", value), tools_named("tool2")));
    found.supports_tool_calls = differ(called, render(p, one_call(found, "tool2", value), tools));
    const auto two_calls = [&](const std::string & second) {
        json calls = json::array({call_of("call00001", "tool1", arguments_of(found, value)),
                                  call_of("call00002", second, arguments_of(found, value))});
        return render(p, conversation_with(std::move(calls)), tools);
    };
    found.supports_parallel_tool_calls = differ(two_calls("tool1"), two_calls("tool2"));
}

void find_reasoning(const program & p, caps & found) {
    const std::string marker = "gto4j_reasoning";
    json messages = json::array(
        {user("A question"), json{{"role", "assistant"}, {"content", "An answer"}, {"reasoning_content", marker}},
         user("A question"), json{{"role", "assistant"}, {"content", "An answer"}, {"reasoning_content", "Thoughts"}},
         user("A question")});
    context keeps("");
    keeps.variables["enable_thinking"] = true;
    caps_apply_preserve_reasoning(keeps, true);
    found.supports_preserve_reasoning = holds(render(p, std::move(messages), json::array(), &keeps), marker);

    const auto with_effort = [&](const char * effort) {
        context with("");
        with.variables["enable_thinking"] = true;
        caps_apply_reasoning_effort(with, effort);
        return render(p, json::array({user("A question")}), json::array(), &with);
    };
    found.supports_reasoning_effort = differ(with_effort("low"), with_effort("high"));
}

} // namespace

std::map<std::string, bool> caps::to_map() const {
    return {{"supports_string_content", supports_string_content},
            {"supports_typed_content", supports_typed_content},
            {"supports_tools", supports_tools},
            {"supports_tool_calls", supports_tool_calls},
            {"supports_parallel_tool_calls", supports_parallel_tool_calls},
            {"supports_system_role", supports_system_role},
            {"supports_preserve_reasoning", supports_preserve_reasoning},
            {"supports_reasoning_effort", supports_reasoning_effort},
            {"supports_object_arguments", supports_object_arguments}};
}

caps caps_get(program & p) {
    caps found;
    find_content(p, found);
    find_system(p, found);
    find_tools(p, found);
    find_reasoning(p, found);
    return found;
}

void caps_apply_preserve_reasoning(context & to, bool enabled) {
    to.variables["preserve_thinking"] = enabled;
    for (const char * name : {"clear_thinking", "truncate_history_thinking", "drop_thinking"}) {
        to.variables[name] = !enabled;
    }
}

void caps_apply_reasoning_effort(context & to, const std::string & effort) {
    to.variables["reasoning_effort"] = effort;
    to.variables["reasoning_strength"] = effort;
}

} // namespace jinja
