#include "support/tiny_draft.h"

#include "support/gaussian.h"
#include "support/test_device.h"
#include "support/tiny_model.h"

#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace gto_test {

static void check(gto_status status) {
    if (status != GTO_OK) throw std::runtime_error(gto_last_error());
}

void tiny_draft::open_target(int32_t threads, uint32_t seed, const char * on) {
    target_path = std::filesystem::temp_directory_path() /
                  ("gto4j-tiny-" + std::to_string(getpid()) + "-" + std::to_string(seed) + (on ? on : "") + ".gguf");
    tiny_options options;
    options.seed = seed;
    write_tiny_model(options, target_path);
    check(gto_device_open(on, threads, &device));
    check(gto_target_open(device, target_path.c_str(), &target));
    info = gto_target_describe(target);
    for (int32_t id = 3; id < info.n_vocab; id += 3) vocabulary.push_back(id);
}

// Random weights of 0.02 hardly interact at this size: larger ones make every gradient visible.
void tiny_draft::draw_weights(uint32_t seed) {
    gaussian normal(seed);
    for (int32_t i = 0; i < gto_draft_tensor_count(draft); i++) {
        std::vector<float> values = get(i);
        const bool norm = std::string(gto_draft_tensor_name(draft, i)).find("norm") != std::string::npos;
        for (float & v : values) v = norm ? 1.0f + 0.2f * normal() : 0.25f * normal();
        set(i, values);
    }
}

tiny_draft::tiny_draft(const published_net & net, int32_t threads, uint32_t seed, const char * on) {
    open_target(threads, seed, on);
    gto_draft_net made = {};
    made.n_embd = net.embd ? net.embd : info.n_embd;
    made.n_head = net.heads;
    made.n_head_kv = net.kv_heads;
    made.head_dim = net.head_dim;
    made.n_ff = net.ff;
    made.n_draft_vocab = (int32_t) vocabulary.size();
    made.n_ctx_train = 512;
    gto_target_default_taps(target, made.tap_layers);
    made.parts = net.parts;
    made.embedding_type = net.embedding_type;
    made.rope_base = 10000;
    made.rms_eps = 1e-5f;
    made.rope = net.rope;
    check(gto_draft_create_net(target, made, vocabulary.data(), &draft));
    draw_weights(seed);
    if (net.embedding_type < 0) return;
    gaussian normal(seed + 1);
    std::vector<float> table((size_t) info.n_vocab * (size_t) made.n_embd);
    for (float & v : table) v = normal();
    check(gto_draft_set_embedding(draft, 0, (int64_t) table.size(), table.data()));
}

tiny_draft::tiny_draft(int32_t threads, uint32_t seed, int32_t init, const char * on) {
    open_target(threads, seed, on);
    gto_draft_config config = {};
    config.n_draft_vocab = (int32_t) vocabulary.size();
    gto_target_default_taps(target, config.tap_layers);
    config.init = init;
    config.seed = seed;
    check(gto_draft_create(target, config, vocabulary.data(), &draft));
    if (init == GTO_INIT_RANDOM) draw_weights(seed);
}

tiny_draft::~tiny_draft() {
    gto_draft_free(draft);
    gto_target_free(target);
    gto_device_free(device);
    std::filesystem::remove(target_path);
}

std::vector<float> tiny_draft::get(int32_t tensor) const {
    std::vector<float> values(gto_draft_tensor_size(draft, tensor));
    check(gto_draft_get_tensor(draft, tensor, values.data()));
    return values;
}

void tiny_draft::set(int32_t tensor, const std::vector<float> & values) {
    check(gto_draft_set_tensor(draft, tensor, values.data()));
}

random_text::random_text(const tiny_draft & tiny, const std::vector<int32_t> & sizes, int32_t prompt, uint32_t seed)
    : lengths(sizes) {
    gaussian normal(seed);
    const int32_t d = tiny.info.n_embd;
    for (const int32_t length : lengths) {
        gto_features * f;
        check(gto_features_create(3, d, true, GTO_TYPE_F32, &f));
        features.push_back(f);
        std::vector<float> rows((size_t) length * 4 * d);
        for (float & v : rows) v = normal();
        check(gto_features_append(f, length, rows.data()));
        for (int32_t i = 0; i < length; i++) {
            // mostly tokens of the draft vocabulary, some outside
            const bool outside = normal.integer(8) == 0;
            tokens.push_back(outside ? (int32_t) normal.integer(tiny.info.n_vocab)
                                     : tiny.vocabulary[normal.integer((uint32_t) tiny.vocabulary.size())]);
            argmax.push_back(normal.integer(6) == 0
                                 ? (int32_t) normal.integer(tiny.info.n_vocab)
                                 : tiny.vocabulary[normal.integer((uint32_t) tiny.vocabulary.size())]);
            mask.push_back(i >= prompt);
        }
    }
}

random_text::~random_text() {
    for (gto_features * f : features) gto_features_free(f);
}

gto_batch random_text::batch(int32_t n_passes, int32_t keep_top_k) const {
    gto_batch b = {};
    b.n_sequences = (int32_t) lengths.size();
    b.features = features.data();
    b.lengths = lengths.data();
    b.tokens = tokens.data();
    b.loss_mask = mask.data();
    b.argmax = argmax.data();
    b.n_passes = n_passes;
    b.step_decay = 0.8f;
    b.keep_top_k = keep_top_k;
    b.token_weight = 1.0f;
    b.miss_decay = 1.0f;
    return b;
}

} // namespace gto_test
