#include "common/gguf_sizes.h"

#include "common/status.h"

namespace gto {

static constexpr struct {
    const char * key;
    int64_t low, high;
} sizes[] = {
    {"block_count", 1, most_layers},
    {"context_length", 1, INT32_MAX},
    {"embedding_length", 1, most_embd},
    {"target_hidden_size", 1, most_embd},
    {"feed_forward_length", 0, most_ff},
    {"expert_feed_forward_length", 0, most_ff},
    {"expert_count", 0, most_experts},
    {"expert_used_count", 0, most_experts},
    {"attention.head_count", 0, most_heads},
    {"attention.head_count_kv", 0, most_heads},
    {"attention.key_length", 0, most_head_dim},
    {"attention.value_length", 0, most_head_dim},
    {"vocab_size", 1, most_vocab},
};

static constexpr const char * epsilons[] = {"attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.group_norm_epsilon"};

void check_sizes(const gguf_file & file) {
    for (const auto & size : sizes) {
        if (!file.has(size.key)) continue;
        for (const int64_t value : file.integers(size.key)) file.within(size.key, value, size.low, size.high);
    }
    // A graph with another epsilon ends the process.
    for (const char * key : epsilons) {
        const float value = file.real(key, 0.0f);
        if (value < 0) fail(GTO_E_FORMAT, "%s: key %s.%s: expected at least 0, found %g", file.path().c_str(), file.architecture().c_str(), key, value);
    }
    const float base = file.real("rope.freq_base", 1.0f);
    if (base <= 0) fail(GTO_E_FORMAT, "%s: key %s.rope.freq_base: expected a positive number, found %g", file.path().c_str(), file.architecture().c_str(), base);
}

} // namespace gto
