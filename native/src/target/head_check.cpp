#include "target/head_check.h"

#include "common/gguf_file.h"
#include "common/status.h"

#include <algorithm>

namespace gto {

std::string unfitting_heads(const std::string & path) {
    const gguf_file file(path);
    const int64_t heads = file.last_integer("attention.head_count", 1),
                  kv_heads = file.last_integer("attention.head_count_kv", heads);
    const int64_t key = file.last_integer("attention.key_length",
                                          file.last_integer("embedding_length", 0) / std::max<int64_t>(1, heads));
    const int64_t value = file.last_integer("attention.value_length", key);
    const struct {
        const char *tensor, *setting;
        int axis;
        int64_t n, width;
    } expected[] = {{"attn_q", "head_count", 1, heads, key},
                    {"attn_k", "head_count_kv", 1, kv_heads, key},
                    {"attn_v", "head_count_kv", 1, kv_heads, value},
                    {"attn_output", "head_count", 0, heads, value},
                    {"attn_qkv", "head_count", 1, heads + 2 * kv_heads, key}};
    const std::string block =
        "blk." + std::to_string(std::max<int64_t>(1, file.last_integer("block_count", 1)) - 1) + ".";
    for (const auto & e : expected) {
        const std::string name = block + e.tensor + ".weight";
        const ggml_tensor * t = file.find(name);
        if (!t || t->ne[e.axis] == e.n * e.width) continue;
        return "tensor " + name + " has " + std::to_string(t->ne[e.axis]) + (e.axis == 1 ? " rows" : " columns") +
               ", key " + file.architecture() + ".attention." + e.setting + " and its kin tell of " +
               std::to_string(e.n) + " heads of " + std::to_string(e.width);
    }
    return "";
}

} // namespace gto
