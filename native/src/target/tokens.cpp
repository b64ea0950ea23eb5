#include "common/last_net.h"
#include "common/range.h"
#include "target/target.h"

using namespace gto;

// libllama counts tokens in 32 bits, and a byte can be one; it adds a few of its own.
static constexpr int32_t max_text_bytes = 1 << 30;

gto_status gto_target_tokenize(const gto_target * target, const char * text, int32_t text_bytes, bool add_special, bool parse_special, int32_t * tokens,
                               int32_t capacity, int32_t * n_tokens) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(n_tokens != nullptr, "n_tokens is null");
        require_within("text_bytes", text_bytes, 0, max_text_bytes);
        require_at_least("capacity", capacity, 0);
        require(text_bytes == 0 || text != nullptr, "text is null");
        require(capacity == 0 || tokens != nullptr, "tokens is null");
        last_net net(target->path);
        const int32_t n = llama_tokenize(target->vocab, text_bytes ? text : "", text_bytes, tokens, capacity, add_special, parse_special);
        if (n == INT32_MIN) fail(GTO_E_ARGUMENT, "text of %d bytes: more tokens than can be counted", text_bytes);
        *n_tokens = n < 0 ? -n : n;
    });
}

gto_status gto_target_token_bytes(const gto_target * target, int32_t token, bool special, char * bytes, int32_t capacity, int32_t * n_bytes) {
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
