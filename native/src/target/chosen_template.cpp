#include "target/chosen_template.h"

#include "common/status.h"
#include "target/target.h"

namespace gto {

chosen_template choose_template(const gto_target & target, const chat_request & request) {
    if (request.chat_template && request.template_name) {
        fail(GTO_E_ARGUMENT, "template_name: \"%.60s\" is one of the model's, but another template is given",
             request.template_name->c_str());
    }
    if (request.chat_template) {
        return {*request.chat_template, request.template_source.value_or("the chat template that was given")};
    }
    const std::string source = target.path + ": the chat template";
    if (!target.chat_template && !request.template_name) {
        fail(GTO_E_FORMAT,
             "%s: the model has no chat template: give one (on the command line with --chat-template FILE)",
             target.path.c_str());
    }
    const bool for_tools = !request.template_name && !request.tools.is_none();
    const std::string name = request.template_name.value_or(for_tools ? "tool_use" : "");
    if (name.empty() || name == "default") return {*target.chat_template, source};
    if (const char * text = llama_model_chat_template(target.model.get(), name.c_str())) {
        return {text, source + " \"" + name + "\""};
    }
    if (for_tools) return {*target.chat_template, source};
    fail(GTO_E_ARGUMENT, "template_name: %s has no chat template \"%.60s\"", target.path.c_str(), name.c_str());
}

} // namespace gto
