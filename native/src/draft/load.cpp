// Loading a GGUF of architecture eagle3 as a draft of a given target.
#include "draft/draft.h"
#include "target/target.h"

#include <cstring>

using namespace gto;

namespace {

void expect_equal(const gguf_file & file, const char * what, int64_t expected, int64_t found) {
    if (expected != found) {
        fail(GTO_E_FORMAT, "%s: %s: expected the target's %lld, found %lld: this draft belongs to another target", file.path().c_str(), what,
             (long long) expected, (long long) found);
    }
}

std::vector<int32_t> vocabulary(const gguf_file & file, int32_t n_vocab) {
    const ggml_tensor * t = file.find("d2t");
    if (!t) {
        std::vector<int32_t> all(n_vocab);
        for (int32_t i = 0; i < n_vocab; i++) all[i] = i;
        return all;
    }
    if (t->type != GGML_TYPE_I64) fail(GTO_E_FORMAT, "%s: tensor d2t: expected type i64, found %s", file.path().c_str(), ggml_type_name(t->type));
    std::vector<int64_t> ids(ggml_nelements(t));
    file.read_raw(t, ids.data());
    std::vector<int32_t> map(ids.size());
    for (size_t i = 0; i < ids.size(); i++) {
        if (ids[i] < 0 || ids[i] >= n_vocab) {
            fail(GTO_E_FORMAT, "%s: d2t[%zu] is %lld; expected ids in 0..%d", file.path().c_str(), i, (long long) ids[i], n_vocab - 1);
        }
        map[i] = (int32_t) ids[i];
    }
    return map;
}

shape shape_of(const gguf_file & file, const shape & target) {
    shape s = target;
    expect_equal(file, "hidden size", s.d, file.integer("embedding_length"));
    expect_equal(file, "target hidden size", s.d, file.integer("target_hidden_size", s.d));
    s.n_head = (int32_t) file.integer("attention.head_count");
    s.n_head_kv = (int32_t) file.integer("attention.head_count_kv", s.n_head);
    s.head_dim = (int32_t) file.integer("attention.key_length", s.d / s.n_head);
    s.n_ff = (int32_t) file.integer("feed_forward_length");
    s.rope_base = file.real("rope.freq_base", 10000.0f);
    s.rms_eps = file.real("attention.layer_norm_rms_epsilon");
    const std::vector<int64_t> taps = file.integers("target_layers");
    if (taps.size() != 3) fail(GTO_E_FORMAT, "%s: eagle3.target_layers: expected 3 entries, found %zu", file.path().c_str(), taps.size());
    for (int i = 0; i < 3; i++) s.taps[i] = (int32_t) taps[i];
    return s;
}

bool flag(const gguf_file & file, const char * key) {
    const int64_t id = gguf_find_key(file.keys(), key);
    return id >= 0 && gguf_get_kv_type(file.keys(), id) == GGUF_TYPE_BOOL && gguf_get_val_bool(file.keys(), id);
}

// Our own files keep the feature scale aside: fc in memory is the file's divided by it.
void restore_scale(gto_draft & draft, const gguf_file & file) {
    const int64_t id = gguf_find_key(file.keys(), "gto4j.feature_scale");
    if (id < 0) return;
    if (gguf_get_kv_type(file.keys(), id) != GGUF_TYPE_ARRAY || gguf_get_arr_type(file.keys(), id) != GGUF_TYPE_FLOAT32 ||
        gguf_get_arr_n(file.keys(), id) != draft.scale.size()) {
        fail(GTO_E_FORMAT, "%s: gto4j.feature_scale: expected %zu floats", file.path().c_str(), draft.scale.size());
    }
    memcpy(draft.scale.data(), gguf_get_arr_data(file.keys(), id), draft.scale.size() * sizeof(float));
    const matrix fc = draft.weight(T_FC);
    for (int64_t i = 0; i < fc.rows * fc.cols; i++) fc.data[i] /= draft.scale[i % fc.cols];
}

} // namespace

gto_status gto_draft_load(gto_target * target, const char * path, gto_draft ** out) {
    return guard([&] {
        require(target && path && out, "target, path and out must not be null");
        const gguf_file file(path);
        if (file.architecture() != "eagle3") {
            fail(GTO_E_FORMAT, "%s: expected a draft (architecture eagle3), found architecture %s", path, file.architecture().c_str());
        }
        if (flag(file, "eagle3.norm_before_residual")) fail(GTO_E_FORMAT, "%s: norm_before_residual drafts aren't supported", path);
        if (flag(file, "eagle3.norm_before_fc")) fail(GTO_E_FORMAT, "%s: norm_before_fc drafts aren't supported", path);
        const gguf_file target_file(gto_target_path(target));
        shape s = shape_of(file, shape_for(target_file));
        const int64_t tokens = gguf_find_key(file.keys(), "tokenizer.ggml.tokens");
        if (tokens >= 0) expect_equal(file, "vocabulary", s.n_vocab, (int64_t) gguf_get_arr_n(file.keys(), tokens));
        std::vector<int32_t> d2t = vocabulary(file, s.n_vocab);
        s.n_draft_vocab = (int32_t) d2t.size();
        auto draft = std::make_unique<gto_draft>(target, s, std::move(d2t));
        draft->embedding = std::make_shared<embedding>(draft->device, target_file, s.n_vocab, s.d);
        draft->rope = rope_factors(file, s);
        for (int id = 0; id < T_COUNT; id++) {
            const parameter & p = draft->parameters[id];
            const std::vector<float> values = file.read_f32(file.expect(p.name, p.rows, p.cols));
            memcpy(draft->values((tensor_id) id), values.data(), values.size() * sizeof(float));
        }
        restore_scale(*draft, file);
        *out = draft.release();
    });
}
