#include "target/named_template.h"

#include "common/last_net.h"
#include "common/status.h"

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

std::string apply(const std::string & name, const std::string & source, const std::vector<chat_message> & messages,
                  bool add_assistant) {
    std::vector<llama_chat_message> raw;
    size_t bytes = 0;
    for (const chat_message & message : messages) {
        raw.push_back({message.role.c_str(), message.content.c_str()});
        bytes += message.role.size() + message.content.size() + 64;
    }
    last_net net(source);
    std::string text(bytes + 256, '\0');
    int32_t size = llama_chat_apply_template(name.c_str(), raw.data(), raw.size(), add_assistant, text.data(),
                                             (int32_t) text.size());
    if (size > (int32_t) text.size()) {
        text.resize((size_t) size);
        size = llama_chat_apply_template(name.c_str(), raw.data(), raw.size(), add_assistant, text.data(), size);
    }
    if (size < 0) fail(GTO_E_FORMAT, "%s can't be applied", source.c_str());
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

void check_size(const std::vector<chat_message> & messages) {
    size_t bytes = 0;
    for (size_t i = 0; i < messages.size(); i++) {
        bytes += messages[i].role.size() + messages[i].content.size();
        if (bytes > most_bytes) {
            fail(GTO_E_ARGUMENT, "messages: expected at most %zu bytes, found more in the first %zu", most_bytes,
                 i + 1);
        }
    }
}

} // namespace

bool is_template_name(const std::string & chat_template) {
    const int32_t n = llama_chat_builtin_templates(nullptr, 0);
    std::vector<const char *> names((size_t) n);
    llama_chat_builtin_templates(names.data(), names.size());
    const std::string wanted = trimmed(chat_template);
    return std::any_of(names.begin(), names.end(), [&](const char * name) { return wanted == name; });
}

chat_text render_by_name(const std::string & named, const std::string & source, const special_tokens & specials,
                         const std::vector<chat_message> & messages, bool add_assistant) {
    const std::string name = trimmed(named);
    check_size(messages);
    chat_text chat;
    chat.text = apply(name, source, messages, add_assistant);
    std::vector<chat_message> marked = messages;
    for (size_t i = 0; i < marked.size(); i++) {
        if (!is_blank(marked[i].content)) marked[i].content = placeholder(i);
    }
    const std::optional<std::vector<byte_span>> spans =
        content_spans(chat.text, parts_of(apply(name, source, marked, add_assistant)), messages);
    if (spans) {
        chat.contents = *spans;
        return chat;
    }
    for (size_t i = 0; i < messages.size(); i++) {
        if (specials.any_in(messages[i].content)) {
            fail(GTO_E_FORMAT,
                 "message %zu holds the text of a control token, and %s changes contents so that it can't be told from "
                 "the template's own",
                 i, source.c_str());
        }
    }
    return chat;
}

} // namespace gto
