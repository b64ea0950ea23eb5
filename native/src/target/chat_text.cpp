#include "target/chat_text.h"

#include "common/last_net.h"
#include "target/target.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace gto {

namespace {

constexpr size_t most_bytes = (size_t) 1 << 28; // of all contents: libllama counts the text's bytes in 32 bits

std::string trimmed(const std::string & text) {
    size_t begin = 0, end = text.size();
    while (begin < end && isspace((uint8_t) text[begin])) begin++;
    while (end > begin && isspace((uint8_t) text[end - 1])) end--;
    return text.substr(begin, end - begin);
}

// Bytes that no UTF-8 text has stand for a content; one of space alone stands for itself, since templates leave out
// what is empty.
std::string placeholder(size_t message) { return "\xFE" + std::to_string(message) + "\xFF"; }

bool is_blank(const std::string & text) { return trimmed(text).empty(); }

std::string apply_template(const gto_target & target, const std::vector<chat_message> & messages, bool add_assistant) {
    std::vector<llama_chat_message> raw;
    size_t bytes = 0;
    for (const chat_message & message : messages) {
        raw.push_back({message.role.c_str(), message.content.c_str()});
        bytes += message.role.size() + message.content.size() + 64;
    }
    const char * chat_template = target.chat_template->c_str();
    last_net net(target.path);
    std::string text(bytes + 256, '\0');
    int32_t size = llama_chat_apply_template(chat_template, raw.data(), raw.size(), add_assistant, text.data(),
                                             (int32_t) text.size());
    if (size > (int32_t) text.size()) {
        text.resize((size_t) size);
        size = llama_chat_apply_template(chat_template, raw.data(), raw.size(), add_assistant, text.data(), size);
    }
    if (size < 0) {
        fail(GTO_E_FORMAT, "%s: its chat template isn't one that libllama knows; it starts with \"%.60s\"",
             target.path.c_str(), chat_template);
    }
    text.resize((size_t) size);
    return text;
}

// Parts of a text with placeholders: what the template wrote, each followed by a message's content (the last by none).
struct template_part {
    std::string text;
    std::optional<size_t> message;
};

std::vector<template_part> parts_of(const std::string & marked) {
    std::vector<template_part> parts;
    size_t begin = 0;
    while (true) {
        const size_t mark = marked.find('\xFE', begin);
        if (mark == std::string::npos) break;
        const size_t end = marked.find('\xFF', mark);
        parts.push_back({marked.substr(begin, mark - begin), std::stoul(marked.substr(mark + 1, end - mark - 1))});
        begin = end + 1;
    }
    parts.push_back({marked.substr(begin), {}});
    return parts;
}

bool stands_at(const std::string & text, size_t at, const std::string & part) {
    return text.compare(at, part.size(), part) == 0;
}

// Templates write contents as they are or without the space around them; nullopt if this one does something else with
// them.
std::optional<std::vector<byte_span>> content_spans(const std::string & text, const std::vector<template_part> & parts,
                                                    const std::vector<chat_message> & messages) {
    std::vector<byte_span> spans;
    size_t at = 0;
    for (size_t i = 0; i < parts.size(); i++) {
        if (at > text.size() || !stands_at(text, at, parts[i].text)) return {};
        at += parts[i].text.size();
        if (!parts[i].message) break;
        const std::string & whole = messages[*parts[i].message].content;
        std::optional<size_t> end;
        for (const std::string & content : {whole, trimmed(whole)}) {
            const size_t after = at + content.size();
            if (!end && stands_at(text, at, content) && after <= text.size() &&
                stands_at(text, after, parts[i + 1].text)) {
                end = after;
            }
        }
        if (!end) return {};
        spans.push_back({(int32_t) at, (int32_t) *end});
        at = *end;
    }
    if (at != text.size()) return {};
    return spans;
}

void check(const gto_target & target, const std::vector<chat_message> & messages) {
    if (!target.chat_template) fail(GTO_E_FORMAT, "%s: the model has no chat template", target.path.c_str());
    size_t bytes = 0;
    for (size_t i = 0; i < messages.size(); i++) {
        const std::string & role = messages[i].role;
        if (role.empty()) fail(GTO_E_ARGUMENT, "message %zu: its role is empty", i);
        if (target.specials->any_in(role) || role.find_first_of("\xFE\xFF") != std::string::npos) {
            fail(GTO_E_ARGUMENT, "message %zu: expected a role such as \"user\", found a control token in \"%.60s\"", i,
                 role.c_str());
        }
        bytes += role.size() + messages[i].content.size();
        if (bytes > most_bytes) {
            fail(GTO_E_ARGUMENT, "messages: expected at most %zu bytes, found more in the first %zu", most_bytes,
                 i + 1);
        }
    }
}

} // namespace

chat_text render_chat(const gto_target & target, const std::vector<chat_message> & messages, bool add_assistant) {
    check(target, messages);
    chat_text chat;
    chat.text = apply_template(target, messages, add_assistant);
    std::vector<chat_message> marked = messages;
    for (size_t i = 0; i < marked.size(); i++) {
        if (!is_blank(marked[i].content)) marked[i].content = placeholder(i);
    }
    const std::optional<std::vector<byte_span>> spans =
        content_spans(chat.text, parts_of(apply_template(target, marked, add_assistant)), messages);
    if (spans) {
        chat.contents = *spans;
        return chat;
    }
    for (size_t i = 0; i < messages.size(); i++) {
        if (target.specials->any_in(messages[i].content)) {
            fail(GTO_E_FORMAT,
                 "%s: message %zu holds the text of a control token, and the chat template changes contents so that it "
                 "can't be told from the template's own",
                 target.path.c_str(), i);
        }
    }
    return chat;
}

} // namespace gto
