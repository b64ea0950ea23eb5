#include "target/chat_text.h"

#include "common/large_stack.h"
#include "jinja/interpreter.h"
#include "target/chosen_template.h"
#include "target/target.h"

namespace gto {

namespace {

using jinja::value;

void check_roles(const gto_target & target, const value & messages) {
    for (size_t i = 0; i < messages.as_list()->items.size(); i++) {
        const value * role = messages.as_list()->items[i].as_dict()->find(std::string_view("role"));
        const std::string & name = role->as_text()->bytes();
        if (target.specials->any_in(name) || name.find('\0') != std::string::npos) {
            fail(GTO_E_ARGUMENT, "message %zu: expected a role such as \"user\", found a control token in \"%.60s\"", i,
                 name.c_str());
        }
    }
}

std::vector<chat_message> plain_messages(const chat_request & request, const std::string & source) {
    if (!request.tools.is_none()) {
        fail(GTO_E_FORMAT, "%s is one that libllama knows by name, which has no tools", source.c_str());
    }
    std::vector<chat_message> messages;
    for (const value & v : request.messages.as_list()->items) {
        const jinja::dict & message = *v.as_dict();
        const value * content = message.find(std::string_view("content"));
        if (!content || !content->as_text() || message.find(std::string_view("tool_calls"))) {
            fail(GTO_E_FORMAT, "%s is one that libllama knows by name: message %zu must have a content of text alone",
                 source.c_str(), messages.size());
        }
        messages.push_back({message.find(std::string_view("role"))->as_text()->bytes(), content->as_text()->bytes()});
        if (messages.back().content.find('\0') != std::string::npos) {
            fail(GTO_E_ARGUMENT, "message %zu: content: expected a text without U+0000", messages.size() - 1);
        }
    }
    return messages;
}

// What transformers gives to templates: tools and documents are None where there are none, and special tokens are
// there where the model has them.
std::shared_ptr<const jinja::dict> variables_of(jinja::budget & cost, const gto_target & target,
                                                const chat_request & request) {
    auto all = std::make_shared<jinja::dict>();
    const auto set = [&](const char * name, const value & v) { all->set(jinja::own_text(cost, name), v); };
    set("documents", jinja::none{});
    const std::pair<const char *, llama_token> tokens[] = {{"bos_token", llama_vocab_bos(target.vocab)},
                                                           {"eos_token", llama_vocab_eos(target.vocab)},
                                                           {"sep_token", llama_vocab_sep(target.vocab)}};
    for (const auto & [name, token] : tokens) {
        const char * text = token == LLAMA_TOKEN_NULL ? nullptr : llama_vocab_get_text(target.vocab, token);
        if (text) set(name, jinja::own_text(cost, text));
    }
    if (request.variables) {
        for (const auto & [name, v] : request.variables->entries()) all->set(name, v);
    }
    set("messages", request.messages);
    set("tools", request.tools);
    set("add_generation_prompt", request.add_generation_prompt);
    return all;
}

chat_text render_jinja(jinja::budget & cost, const gto_target & target, const chosen_template & chosen,
                       const chat_request & request) {
    try {
        const auto parsed = target.templates.read(chosen.text);
        const jinja::text text = parsed->render(cost, *variables_of(cost, target, request), time_of(request));
        chat_text chat{text.bytes(), {}};
        for (const jinja::byte_range & r : text.said()) chat.contents.push_back({(int32_t) r.begin, (int32_t) r.end});
        return chat;
    } catch (const jinja::template_error & e) {
        fail(GTO_E_FORMAT, "%s, line %d: %s", chosen.source.c_str(), e.line, e.what());
    }
}

} // namespace

chat_text render_chat(const gto_target & target, std::string_view request_json) {
    chat_text chat;
    run_on_large_stack(jinja::stack_bytes, [&] {
        jinja::budget cost{jinja::limits()};
        const chat_request request = read_chat_request(cost, request_json);
        check_roles(target, request.messages);
        const chosen_template chosen = choose_template(target, request);
        chat = is_template_name(chosen.text)
                   ? render_by_name(chosen.text, chosen.source, *target.specials,
                                    plain_messages(request, chosen.source), request.add_generation_prompt)
                   : render_jinja(cost, target, chosen, request);
    });
    return chat;
}

} // namespace gto
