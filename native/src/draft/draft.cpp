#include "draft/draft.h"

#include "common/range.h"
#include "draft/target_head.h"
#include "target/features.h"
#include "target/target.h"

#include <cmath>
#include <cstring>

using namespace gto;

namespace gto {

embedding::embedding(gto_device & device, const gguf_file & file, int64_t n_vocab, int64_t d, bool own) : own(own) {
    const ggml_tensor * source = file.expect("token_embd.weight", n_vocab, d);
    if (!is_real(source->type)) {
        fail(GTO_E_FORMAT, "%s: tensor token_embd.weight: type %s holds no real numbers", file.path().c_str(),
             ggml_type_name(source->type));
    }
    type = source->type;
    std::vector<uint8_t> raw(ggml_nbytes(source));
    file.read_raw(source, raw.data());
    const bool any = type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16;
    if (device.is_accelerated() && !any) {
        std::vector<uint8_t> real((size_t) n_vocab * (size_t) d * sizeof(float));
        ggml_get_type_traits(type)->to_float(raw.data(), (float *) real.data(), n_vocab * d);
        raw = std::move(real);
        type = GGML_TYPE_F32;
    }
    memory = block(device, raw.size());
    device.write(memory.data(), raw.data(), raw.size());
    rows = {memory.data(), (int32_t) type, (int32_t) d, (int64_t) ggml_row_size(type, d)};
}

embedding::embedding(gto_device & device, ggml_type type, int64_t n_vocab, int64_t d)
    : own(true), memory(device, (size_t) n_vocab * ggml_row_size(type, d)),
      type(type), rows{memory.data(), (int32_t) type, (int32_t) d, (int64_t) ggml_row_size(type, d)} {
    device.zero(memory.data(), memory.bytes());
}

void require_taps(const shape & s, const gto_features & features, const char * what) {
    if (features.n_taps != 3 || features.n_embd != s.d_target) {
        fail(GTO_E_ARGUMENT, "%s: expected features of 3 taps of %d values, found %d of %d", what, s.d_target,
             features.n_taps, features.n_embd);
    }
}

} // namespace gto

gto_draft::gto_draft(gto_target * target, shape shape, std::vector<int32_t> vocabulary)
    : target(target), device(target->device->for_drafts()), target_path(gto_target_path(target)), s(shape),
      parameters(shape), d2t(std::move(vocabulary)) {
    n_params = parameters.floats();
    memory = block(device, n_params * sizeof(float));
    device.zero(memory.data(), memory.bytes());
    scale.assign(s.features(), 1.0f);
    t2d.assign(s.n_vocab, -1);
    for (size_t i = 0; i < d2t.size(); i++) {
        if (d2t[i] < 0 || d2t[i] >= s.n_vocab || (i > 0 && d2t[i] <= d2t[i - 1])) {
            fail(GTO_E_ARGUMENT, "draft vocabulary: entry %zu is %d; expected ascending ids in 0..%d", i, d2t[i],
                 s.n_vocab - 1);
        }
        t2d[d2t[i]] = (int32_t) i;
    }
    put_ids_there();
}

void gto_draft::put_ids_there() {
    if (!device.is_accelerated()) return;
    ids_there = block(device, (d2t.size() + t2d.size()) * sizeof(int32_t));
    device.write(ids_there.data(), d2t.data(), d2t.size() * sizeof(int32_t));
    device.write((int32_t *) ids_there.data() + d2t.size(), t2d.data(), t2d.size() * sizeof(int32_t));
}

gto_draft::gto_draft(const gto_draft & o)
    : target(o.target), device(o.device), target_path(o.target_path), s(o.s), parameters(o.parameters),
      n_params(o.n_params), memory(o.device, o.memory.bytes()), embedding(o.embedding), d2t(o.d2t), t2d(o.t2d),
      scale(o.scale), rope(o.rope), context(o.context), head_of_target(o.head_of_target) {
    device.copy(memory.data(), o.memory.data(), memory.bytes());
    put_ids_there();
}

void gto_draft::set_context_vocabulary(std::optional<context_logits> logits) {
    if (logits) {
        require_finite("offset of the context vocabulary", logits->offset);
        require_finite("bigram bonus of the context vocabulary", logits->bigram_bonus);
    }
    if (logits && !head_of_target) head_of_target = std::make_shared<const target_head>(*this);
    if (!logits) head_of_target = nullptr;
    context = logits;
}

gto_status gto_draft_set_context_vocabulary(gto_draft * draft, bool on, float offset, float bigram_bonus) {
    return guard([&] {
        require(draft != nullptr, "draft must not be null");
        draft->set_context_vocabulary(on ? std::optional(context_logits{offset, bigram_bonus}) : std::nullopt);
    });
}

bool gto_draft_context_vocabulary(const gto_draft * draft, float * offset, float * bigram_bonus) {
    if (!draft || !draft->context) return false;
    if (offset) *offset = draft->context->offset;
    if (bigram_bonus) *bigram_bonus = draft->context->bigram_bonus;
    return true;
}

gto_status gto_draft_copy(const gto_draft * draft, gto_draft ** out) {
    return guard([&] {
        require(draft && out, "draft and out must not be null");
        *out = new gto_draft(*draft);
    });
}

void gto_draft_free(gto_draft * draft) { delete draft; }

gto_draft_info gto_draft_describe(const gto_draft * draft) {
    if (!draft) return {};
    const shape & s = draft->s;
    return {s.d_target,  s.n_head,  s.n_head_kv,     s.head_dim,
            s.n_ff,      s.n_vocab, s.n_draft_vocab, {s.taps[0], s.taps[1], s.taps[2]},
            s.rope_base, s.rms_eps, draft->n_params};
}

void gto_draft_d2t(const gto_draft * draft, int32_t * out) {
    if (draft && out) memcpy(out, draft->d2t.data(), draft->d2t.size() * sizeof(int32_t));
}

gto_status gto_draft_fit_scale(gto_draft * draft, const gto_features * sample) {
    return guard([&] {
        require(draft && sample, "draft and sample must not be null");
        const int64_t width = draft->s.features();
        const int32_t n = sample->rows();
        if (n == 0) fail(GTO_E_ARGUMENT, "features to fit the scale on: expected at least 1 row, found 0");
        require_taps(draft->s, *sample, "features");
        if (draft->s.has(GTO_NET_NORM_BEFORE_FC)) return;
        std::vector<double> squares(width, 0.0);
        std::vector<float> row(width);
        for (int32_t i = 0; i < n; i++) {
            sample->read(i, 0, (int32_t) width, row.data());
            for (int64_t c = 0; c < width; c++) squares[c] += (double) row[c] * row[c];
        }
        std::vector<float> fc = draft->read(T_FC);
        for (int64_t c = 0; c < width; c++) {
            const double rms = std::sqrt(squares[c] / n);
            const float fitted = rms > 0 && std::isfinite(rms) ? (float) (1.0 / rms) : 1.0f;
            const float change = draft->scale[c] / fitted;
            for (int64_t at = c; at < (int64_t) fc.size(); at += width) fc[at] *= change;
            draft->scale[c] = fitted;
        }
        draft->write(T_FC, fc);
    });
}

gto_status gto_draft_get_scale(const gto_draft * draft, float * out) {
    return guard([&] {
        require(draft && out, "draft and out must not be null");
        memcpy(out, draft->scale.data(), draft->scale.size() * sizeof(float));
    });
}

static bool has_tensor(const gto_draft * draft, int32_t i) { return draft && i >= 0 && i < draft->parameters.size(); }

int32_t gto_draft_tensor_count(const gto_draft * draft) { return draft ? draft->parameters.size() : 0; }
const char * gto_draft_tensor_name(const gto_draft * draft, int32_t i) {
    return has_tensor(draft, i) ? draft->parameters.at(i).name.c_str() : "";
}
int64_t gto_draft_tensor_size(const gto_draft * draft, int32_t i) {
    return has_tensor(draft, i) ? draft->parameters.at(i).size() : 0;
}

static const parameter & tensor(const gto_draft * draft, int32_t i) {
    require(draft != nullptr, "draft must not be null");
    require_within("tensor", i, 0, draft->parameters.size() - 1);
    return draft->parameters.at(i);
}

gto_status gto_draft_get_tensor(const gto_draft * draft, int32_t i, float * out) {
    return guard([&] {
        const parameter & p = tensor(draft, i);
        require(out != nullptr, "out must not be null");
        draft->read(p.id, 0, p.size(), out);
    });
}

// Values first..first+n-1 of a tensor.
static tensor_id part(const gto_draft * draft, int32_t i, int64_t first, int64_t n) {
    const parameter & p = tensor(draft, i);
    require_span(("values of tensor " + p.name).c_str(), first, n, p.size());
    return p.id;
}

gto_status gto_draft_get_values(const gto_draft * draft, int32_t i, int64_t first, int64_t n, float * out) {
    return guard([&] {
        const tensor_id id = part(draft, i, first, n);
        require(out || n == 0, "out must not be null");
        draft->read(id, first, n, out);
    });
}

gto_status gto_draft_set_values(gto_draft * draft, int32_t i, int64_t first, int64_t n, const float * values) {
    return guard([&] {
        const tensor_id id = part(draft, i, first, n);
        require(values || n == 0, "values must not be null");
        draft->write(id, first, n, values);
    });
}

gto_status gto_draft_set_tensor(gto_draft * draft, int32_t i, const float * values) {
    return guard([&] {
        const parameter & p = tensor(draft, i);
        require(values != nullptr, "values must not be null");
        draft->write(p.id, 0, p.size(), values);
    });
}
