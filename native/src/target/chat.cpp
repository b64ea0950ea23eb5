#include "target/chat_request.h"
#include "target/chat_text.h"
#include "target/target.h"

#include <algorithm>

using namespace gto;

gto_status gto_target_chat(const gto_target * target, const char * request, int64_t request_bytes, char * text,
                           int32_t capacity, int32_t * n_bytes, int32_t * spans, int32_t spans_capacity,
                           int32_t * n_spans) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(n_bytes != nullptr, "n_bytes is null");
        require(n_spans != nullptr, "n_spans is null");
        const std::string_view json = request_text(request, request_bytes);
        if (capacity < 0) fail(GTO_E_ARGUMENT, "capacity: expected at least 0, found %d", capacity);
        if (spans_capacity < 0) fail(GTO_E_ARGUMENT, "spans_capacity: expected at least 0, found %d", spans_capacity);
        require(capacity == 0 || text != nullptr, "text is null");
        require(spans_capacity == 0 || spans != nullptr, "spans is null");
        const chat_text chat = render_chat(*target, json);
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
