#include "target/chat_request.h"

#include "common/status.h"
#include "grammar/utf8.h"
#include "jinja/json.h"

#include <ctime>

namespace gto {

namespace {

using jinja::value;

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_own(const std::vector<std::string_view> & path) {
    if (path.size() != 2) return false;
    return path[0] == "messages" ? path[1] == "role" : path[0] == "variables" && ends_with(path[1], "_token");
}

void require_utf8(std::string_view json) {
    utf8_reader reader;
    for (size_t i = 0; i < json.size(); i++) {
        if (!reader.read((uint8_t) json[i])) fail(GTO_E_ARGUMENT, "request: byte %zu is no UTF-8", i);
    }
    if (reader.pending()) fail(GTO_E_ARGUMENT, "request: it ends within a character");
}

[[noreturn]] void wrong(const char * field, const char * expected, const value & found) {
    fail(GTO_E_ARGUMENT, "request: %s: expected %s, found %s", field, expected, jinja::type_name(found));
}

bool is_list(const value & v) { return v.as_list(); }

std::string text_of(const char * field, const value & v) {
    if (!v.as_text()) wrong(field, "a text", v);
    return v.as_text()->bytes();
}

void check_messages(const value & messages) {
    if (!is_list(messages) || messages.as_list()->items.empty()) wrong("messages", "a list of at least 1", messages);
    const auto & all = messages.as_list()->items;
    for (size_t i = 0; i < all.size(); i++) {
        const jinja::dict * message = all[i].as_dict();
        if (!message) {
            fail(GTO_E_ARGUMENT, "message %zu: expected an object, found %s", i, jinja::type_name(all[i]));
        }
        const value * role = message->find(std::string_view("role"));
        if (!role || !role->as_text()) fail(GTO_E_ARGUMENT, "message %zu: expected a role, found none", i);
        if (role->as_text()->empty()) fail(GTO_E_ARGUMENT, "message %zu: its role is empty", i);
        const value * content = message->find(std::string_view("content"));
        if (content && !content->as_text() && !content->is_none() && !is_list(*content)) {
            fail(GTO_E_ARGUMENT, "message %zu: content: expected a text, a list of parts or null, found %s", i,
                 jinja::type_name(*content));
        }
    }
}

void read_field(chat_request & r, const std::string & name, const value & v) {
    if (name == "messages") {
        r.messages = v;
    } else if (name == "tools") {
        if (!is_list(v) && !v.is_none()) wrong("tools", "a list", v);
        r.tools = v;
    } else if (name == "add_generation_prompt") {
        if (!v.is_bool()) wrong("add_generation_prompt", "true or false", v);
        r.add_generation_prompt = *v.as<bool>();
    } else if (name == "variables") {
        if (!v.as_dict()) wrong("variables", "an object", v);
        r.variables = *v.as<std::shared_ptr<const jinja::dict>>();
    } else if (name == "template") {
        r.chat_template = text_of("template", v);
    } else if (name == "template_source") {
        r.template_source = text_of("template_source", v);
    } else if (name == "template_name") {
        r.template_name = text_of("template_name", v);
    } else if (name == "now") {
        if (!v.is_integer()) wrong("now", "whole seconds", v);
        r.now = *v.as<int64_t>();
    } else if (name == "tool_choice") {
        r.tool_choice = text_of("tool_choice", v);
    } else if (name == "parallel_tool_calls") {
        if (!v.is_bool()) wrong("parallel_tool_calls", "true or false", v);
        r.parallel_tool_calls = *v.as<bool>();
    } else if (name == "json_schema") {
        if (!v.as_dict()) wrong("json_schema", "an object", v);
        r.json_schema = v;
    } else {
        fail(GTO_E_ARGUMENT, "request: unknown field \"%.60s\"", name.c_str());
    }
}

} // namespace

chat_request read_chat_request(jinja::budget & cost, std::string_view json) {
    require_utf8(json);
    chat_request r;
    r.tools = jinja::none{};
    try {
        const value all = jinja::read_json(cost, json, is_own);
        if (!all.as_dict()) fail(GTO_E_ARGUMENT, "request: expected an object, found %s", jinja::type_name(all));
        for (const auto & [key, v] : all.as_dict()->entries()) read_field(r, key.as_text()->bytes(), v);
    } catch (const jinja::template_error & e) {
        fail(GTO_E_ARGUMENT, "request: %s", e.what());
    }
    check_messages(r.messages);
    return r;
}

std::string_view request_text(const char * request, int64_t request_bytes) {
    constexpr int64_t most_bytes = (int64_t) 1 << 29;
    require(request != nullptr, "request is null");
    if (request_bytes < 0 || request_bytes > most_bytes) {
        fail(GTO_E_ARGUMENT, "request_bytes: expected 0..%lld, found %lld", (long long) most_bytes,
             (long long) request_bytes);
    }
    return {request, (size_t) request_bytes};
}

int64_t time_of(const chat_request & request) {
    if (request.now) return *request.now;
    const time_t now = time(nullptr);
    tm fields = {};
    localtime_r(&now, &fields);
    return (int64_t) timegm(&fields);
}

} // namespace gto
