#include "common/gguf_sizes.h"

#include "common/status.h"

#include <algorithm>

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
    {"attention.sliding_window", 0, most_window},
    {"vocab_size", 1, most_vocab},
};

static constexpr const char * epsilons[] = {"attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon",
                                            "attention.group_norm_epsilon"};

// A mixture gives each token some of its experts, of some of its groups: other numbers would end the process.
static void check_experts(const gguf_file & file) {
    const int64_t experts = file.last_integer("expert_count", 0), groups = file.last_integer("expert_group_count", 0);
    int64_t used = 0;
    if (file.has("expert_used_count")) {
        for (const int64_t value : file.integers("expert_used_count")) used = std::max(used, value);
    } else if (experts > 0) {
        fail(GTO_E_FORMAT, "%s: key %s.expert_used_count is missing; expected 1..%lld, as there are so many experts",
             file.path().c_str(), file.architecture().c_str(), (long long) experts);
    }
    file.within("expert_used_count", used, std::min<int64_t>(1, experts), experts);
    file.within("expert_group_count", groups, 0, std::max<int64_t>(0, experts - 1));
    if (groups <= 1) return;
    if (experts % groups != 0) {
        fail(GTO_E_FORMAT, "%s: key %s.expert_group_count: expected a divisor of the %lld experts, found %lld",
             file.path().c_str(), file.architecture().c_str(), (long long) experts, (long long) groups);
    }
    file.within("expert_group_used_count", file.last_integer("expert_group_used_count", 0), 1, groups - 1);
}

void check_sizes(const gguf_file & file) {
    for (const auto & size : sizes) {
        if (!file.has(size.key)) continue;
        for (const int64_t value : file.integers(size.key)) file.within(size.key, value, size.low, size.high);
    }
    check_experts(file);
    // A graph with another epsilon ends the process.
    for (const char * key : epsilons) {
        const float value = file.real(key, 0.0f);
        if (value < 0) {
            fail(GTO_E_FORMAT, "%s: key %s.%s: expected at least 0, found %g", file.path().c_str(),
                 file.architecture().c_str(), key, value);
        }
    }
    const float base = file.real("rope.freq_base", 1.0f);
    if (base <= 0) {
        fail(GTO_E_FORMAT, "%s: key %s.rope.freq_base: expected a positive number, found %g", file.path().c_str(),
             file.architecture().c_str(), base);
    }
}

} // namespace gto
