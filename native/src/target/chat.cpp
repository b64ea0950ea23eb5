#include "target/target.h"

#include <cstring>

using namespace gto;

gto_status gto_target_chat(const gto_target * target, int32_t n, const char * const * roles, const char * const * contents, bool add_assistant, char * text,
                           int32_t capacity, int32_t * n_bytes) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(n_bytes != nullptr, "n_bytes is null");
        if (n < 1) fail(GTO_E_ARGUMENT, "n: expected at least 1 message, found %d", n);
        if (capacity < 0) fail(GTO_E_ARGUMENT, "capacity: expected at least 0, found %d", capacity);
        require(roles != nullptr, "roles is null");
        require(contents != nullptr, "contents is null");
        require(capacity == 0 || text != nullptr, "text is null");
        if (!target->chat_template) fail(GTO_E_FORMAT, "%s: the model has no chat template", target->path.c_str());
        std::vector<llama_chat_message> messages;
        for (int32_t i = 0; i < n; i++) {
            if (!roles[i] || !contents[i]) fail(GTO_E_ARGUMENT, "message %d: its %s is null", i, roles[i] ? "content" : "role");
            messages.push_back({roles[i], contents[i]});
        }
        const char * chat_template = target->chat_template->c_str();
        const int32_t size = llama_chat_apply_template(chat_template, messages.data(), messages.size(), add_assistant, nullptr, 0);
        if (size < 0) fail(GTO_E_FORMAT, "%s: its chat template isn't one that libllama knows; it starts with \"%.60s\"", target->path.c_str(), chat_template);
        *n_bytes = size;
        if (size <= capacity) llama_chat_apply_template(chat_template, messages.data(), messages.size(), add_assistant, text, size);
    });
}
