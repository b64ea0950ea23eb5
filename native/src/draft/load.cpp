// Loading a GGUF of architecture eagle3 as a draft of a given target.
#include "draft/draft.h"
#include "draft/rope_scaling.h"
#include "draft/target_block.h"
#include "target/target.h"

#include <cmath>
#include <cstring>

using namespace gto;

namespace {

std::vector<int32_t> vocabulary(const gguf_file & file, int32_t n_vocab) {
    const ggml_tensor * t = file.find("d2t");
    if (!t) {
        std::vector<int32_t> all(n_vocab);
        for (int32_t i = 0; i < n_vocab; i++) all[i] = i;
        return all;
    }
    if (t->type != GGML_TYPE_I64) {
        fail(GTO_E_FORMAT, "%s: tensor d2t: expected type i64, found %s", file.path().c_str(), ggml_type_name(t->type));
    }
    if (t->ne[0] > n_vocab) {
        fail(GTO_E_FORMAT, "%s: tensor d2t: expected at most %d ids, found %lld", file.path().c_str(), n_vocab,
             (long long) t->ne[0]);
    }
    std::vector<int64_t> ids(file.expect("d2t", 1, t->ne[0])->ne[0]);
    file.read_raw(t, ids.data());
    std::vector<int32_t> map(ids.size());
    for (size_t i = 0; i < ids.size(); i++) {
        if (ids[i] < 0 || ids[i] >= n_vocab || (i > 0 && ids[i] <= ids[i - 1])) {
            fail(GTO_E_FORMAT, "%s: d2t[%zu] is %lld; expected ascending ids in 0..%d", file.path().c_str(), i,
                 (long long) ids[i], n_vocab - 1);
        }
        map[i] = (int32_t) ids[i];
    }
    return map;
}

// Our own files keep the feature scale aside: fc in memory is the file's divided by it.
void restore_scale(gto_draft & draft, const gguf_file & file) {
    const int64_t id = gguf_find_key(file.keys(), "gto4j.feature_scale");
    if (id < 0) return;
    if (gguf_get_kv_type(file.keys(), id) != GGUF_TYPE_ARRAY ||
        gguf_get_arr_type(file.keys(), id) != GGUF_TYPE_FLOAT32 ||
        gguf_get_arr_n(file.keys(), id) != draft.scale.size()) {
        fail(GTO_E_FORMAT, "%s: gto4j.feature_scale: expected %zu floats", file.path().c_str(), draft.scale.size());
    }
    memcpy(draft.scale.data(), gguf_get_arr_data(file.keys(), id), draft.scale.size() * sizeof(float));
    for (size_t i = 0; i < draft.scale.size(); i++) {
        if (!(draft.scale[i] > 0 && std::isfinite(draft.scale[i]))) {
            fail(GTO_E_FORMAT, "%s: gto4j.feature_scale[%zu]: expected a positive number, found %g",
                 file.path().c_str(), i, draft.scale[i]);
        }
        if (draft.scale[i] != 1 && draft.s.has(GTO_NET_NORM_BEFORE_FC)) {
            fail(GTO_E_FORMAT, "%s: gto4j.feature_scale[%zu]: expected 1 before a norm, found %g", file.path().c_str(),
                 i, draft.scale[i]);
        }
    }
    std::vector<float> fc = draft.read(T_FC);
    for (size_t i = 0; i < fc.size(); i++) fc[i] /= draft.scale[i % draft.scale.size()];
    draft.write(T_FC, fc);
}

std::optional<float> finite_float(const gguf_file & file, const char * key) {
    const int64_t id = gguf_find_key(file.keys(), key);
    if (id < 0) return {};
    if (gguf_get_kv_type(file.keys(), id) != GGUF_TYPE_FLOAT32 || !std::isfinite(gguf_get_val_f32(file.keys(), id))) {
        fail(GTO_E_FORMAT, "%s: key %s: expected a finite 32-bit float", file.path().c_str(), key);
    }
    return gguf_get_val_f32(file.keys(), id);
}

// Our own files say whether the draft has a context vocabulary.
void restore_context_vocabulary(gto_draft & draft, const gguf_file & file) {
    const std::optional<float> offset = finite_float(file, context_offset_key),
                               bonus = finite_float(file, context_bigram_bonus_key);
    if (offset) draft.set_context_vocabulary(context_logits{*offset, bonus.value_or(0)});
}

// Factors of the file; those that it says how they were made are what that makes.
std::vector<float> factors_of(const gguf_file & file, const shape & s) {
    if (file.find("rope_freqs.weight")) file.expect("rope_freqs.weight", 1, s.head_dim / 2);
    std::vector<float> factors = rope_factors(file, s);
    if (s.rope_scaling.kind != GTO_ROPE_LLAMA3) return factors;
    const std::vector<float> made = llama3_factors(s);
    for (size_t i = 0; i < made.size(); i++) {
        if (factors.empty() || !(std::fabs(factors[i] - made[i]) <= 1e-4f * made[i])) {
            fail(GTO_E_FORMAT, "%s: key %s: expected what makes tensor rope_freqs.weight[%zu]", file.path().c_str(),
                 llama3_key, i);
        }
    }
    return factors;
}

} // namespace

gto_status gto_draft_load(gto_target * target, const char * path, gto_draft ** out) {
    return guard([&] {
        require(target && path && out, "target, path and out must not be null");
        require_branches(*target);
        const gguf_file file(path);
        if (file.architecture() != "eagle3") {
            fail(GTO_E_FORMAT, "%s: expected a draft (architecture eagle3), found architecture %s", path,
                 file.architecture().c_str());
        }
        const gguf_file target_file(gto_target_path(target));
        shape s = shape_of_draft(file, shape_for(target_file), target->info.n_layer);
        std::vector<int32_t> d2t = vocabulary(file, s.n_vocab);
        s.n_draft_vocab = (int32_t) d2t.size();
        // every shape before memory is taken for one
        const bool own_head = file.find("output.weight") != nullptr;
        for (const parameter & p : parameter_list(s)) {
            if (p.id != T_HEAD || own_head) file.expect(p.name, p.rows, p.cols);
        }
        auto draft = std::make_unique<gto_draft>(target, s, std::move(d2t));
        const bool own = file.find("token_embd.weight") != nullptr;
        draft->embedding = std::make_shared<embedding>(draft->device, own ? file : target_file, s.n_vocab, s.d, own);
        draft->rope = factors_of(file, s);
        for (const parameter & p : draft->parameters) {
            const bool there = p.id != T_HEAD || own_head;
            draft->write(p.id, there ? file.read_f32(file.find(p.name)) : target_head_rows(target_file, s, draft->d2t));
        }
        restore_scale(*draft, file);
        restore_context_vocabulary(*draft, file);
        *out = draft.release();
    });
}
