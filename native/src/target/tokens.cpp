#include "common/last_net.h"
#include "common/range.h"
#include "target/target.h"
#include "target/tokenizer.h"

#include <algorithm>

using namespace gto;

// libllama counts tokens in 32 bits, and a byte can be one; it adds a few of its own.
static constexpr int32_t max_text_bytes = 1 << 30;

static std::string_view checked_text(const gto_target * target, const char * text, int32_t text_bytes,
                                     const int32_t * tokens, int32_t capacity, const int32_t * n_tokens) {
    require(target != nullptr, "target is null");
    require(n_tokens != nullptr, "n_tokens is null");
    require_within("text_bytes", text_bytes, 0, max_text_bytes);
    require_at_least("capacity", capacity, 0);
    require(text_bytes == 0 || text != nullptr, "text is null");
    require(capacity == 0 || tokens != nullptr, "tokens is null");
    return text_bytes ? std::string_view(text, (size_t) text_bytes) : std::string_view("");
}

static void hand_out(const std::vector<llama_token> & found, int32_t * tokens, int32_t capacity, int32_t * n_tokens) {
    if (found.size() > INT32_MAX) fail(GTO_E_ARGUMENT, "more tokens than can be counted");
    *n_tokens = (int32_t) found.size();
    if (*n_tokens <= capacity) std::copy(found.begin(), found.end(), tokens);
}

gto_status gto_target_tokenize(const gto_target * target, const char * text, int32_t text_bytes, bool add_bos,
                               bool parse_special, int32_t * tokens, int32_t capacity, int32_t * n_tokens) {
    return guard([&] {
        const std::string_view all = checked_text(target, text, text_bytes, tokens, capacity, n_tokens);
        std::vector<byte_span> contents;
        if (!parse_special) contents.push_back({0, text_bytes});
        hand_out(tokenize(*target, all, add_bos, contents), tokens, capacity, n_tokens);
    });
}

gto_status gto_target_tokenize_chat(const gto_target * target, const char * text, int32_t text_bytes,
                                    int32_t n_contents, const int32_t * contents, int32_t * tokens, int32_t capacity,
                                    int32_t * n_tokens) {
    return guard([&] {
        const std::string_view all = checked_text(target, text, text_bytes, tokens, capacity, n_tokens);
        require_at_least("n_contents", n_contents, 0);
        require(n_contents == 0 || contents != nullptr, "contents is null");
        std::vector<byte_span> spans;
        int32_t least = 0;
        for (int64_t i = 0; i < n_contents; i++) {
            const byte_span span = {contents[2 * i], contents[2 * i + 1]};
            if (span.begin < least || span.end < span.begin || span.end > text_bytes) {
                fail(GTO_E_ARGUMENT, "contents[%lld]: expected a span in %d..%d, found %d..%d", (long long) i, least,
                     text_bytes, span.begin, span.end);
            }
            least = span.end;
            spans.push_back(span);
        }
        hand_out(tokenize(*target, all, true, spans), tokens, capacity, n_tokens);
    });
}

gto_status gto_target_token_bytes(const gto_target * target, int32_t token, bool special, char * bytes,
                                  int32_t capacity, int32_t * n_bytes) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(n_bytes != nullptr, "n_bytes is null");
        if (capacity < 0) fail(GTO_E_ARGUMENT, "capacity: expected at least 0, found %d", capacity);
        require(capacity == 0 || bytes != nullptr, "bytes is null");
        require_token(*target, "token", 0, token);
        last_net net(target->path);
        const int32_t n = llama_token_to_piece(target->vocab, token, bytes, capacity, 0, special);
        *n_bytes = n < 0 ? -n : n;
    });
}

bool gto_target_is_end(const gto_target * target, int32_t token) {
    return target && token >= 0 && token < target->info.n_vocab && llama_vocab_is_eog(target->vocab, token);
}
