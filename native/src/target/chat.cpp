#include "target/chat_text.h"
#include "target/target.h"

#include <algorithm>

using namespace gto;

gto_status gto_target_chat(const gto_target * target, int32_t n, const char * const * roles,
                           const char * const * contents, bool add_assistant, char * text, int32_t capacity,
                           int32_t * n_bytes, int32_t * spans, int32_t spans_capacity, int32_t * n_spans) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(n_bytes != nullptr, "n_bytes is null");
        require(n_spans != nullptr, "n_spans is null");
        if (n < 1) fail(GTO_E_ARGUMENT, "n: expected at least 1 message, found %d", n);
        if (capacity < 0) fail(GTO_E_ARGUMENT, "capacity: expected at least 0, found %d", capacity);
        if (spans_capacity < 0) fail(GTO_E_ARGUMENT, "spans_capacity: expected at least 0, found %d", spans_capacity);
        require(roles != nullptr, "roles is null");
        require(contents != nullptr, "contents is null");
        require(capacity == 0 || text != nullptr, "text is null");
        require(spans_capacity == 0 || spans != nullptr, "spans is null");
        std::vector<chat_message> messages;
        for (int32_t i = 0; i < n; i++) {
            if (!roles[i] || !contents[i]) {
                fail(GTO_E_ARGUMENT, "message %d: its %s is null", i, roles[i] ? "content" : "role");
            }
            messages.push_back({roles[i], contents[i]});
        }
        const chat_text chat = render_chat(*target, messages, add_assistant);
        *n_bytes = (int32_t) chat.text.size();
        *n_spans = (int32_t) chat.contents.size();
        if (*n_bytes > capacity || *n_spans > spans_capacity) return;
        std::copy(chat.text.begin(), chat.text.end(), text);
        for (int32_t i = 0; i < *n_spans; i++) {
            spans[2 * (int64_t) i] = chat.contents[i].begin;
            spans[2 * (int64_t) i + 1] = chat.contents[i].end;
        }
    });
}
