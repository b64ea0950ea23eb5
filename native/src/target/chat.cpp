#include "target/chat_text.h"
#include "target/target.h"

#include <algorithm>

using namespace gto;

gto_status gto_target_chat(const gto_target * target, const char * request, int64_t request_bytes, char * text,
                           int32_t capacity, int32_t * n_bytes, int32_t * spans, int32_t spans_capacity,
                           int32_t * n_spans) {
    return guard([&] {
        constexpr int64_t most_bytes = (int64_t) 1 << 29;
        require(target != nullptr, "target is null");
        require(n_bytes != nullptr, "n_bytes is null");
        require(n_spans != nullptr, "n_spans is null");
        require(request != nullptr, "request is null");
        if (request_bytes < 0 || request_bytes > most_bytes) {
            fail(GTO_E_ARGUMENT, "request_bytes: expected 0..%lld, found %lld", (long long) most_bytes,
                 (long long) request_bytes);
        }
        if (capacity < 0) fail(GTO_E_ARGUMENT, "capacity: expected at least 0, found %d", capacity);
        if (spans_capacity < 0) fail(GTO_E_ARGUMENT, "spans_capacity: expected at least 0, found %d", spans_capacity);
        require(capacity == 0 || text != nullptr, "text is null");
        require(spans_capacity == 0 || spans != nullptr, "spans is null");
        const chat_text chat = render_chat(*target, {request, (size_t) request_bytes});
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
