#include "common/gguf_file.h"
#include "common/range.h"
#include "gto4j/target_head.h"
#include "kernel/clones.h"
#include "target/features.h"
#include "target/target.h"

#include <cmath>
#include <cstring>
#include <vector>

using namespace gto;

struct gto_target_head : gto::counted {
    int32_t n_vocab = 0, n_embd = 0;
    std::vector<logit_step> steps;
    ggml_type type = GGML_TYPE_F32;
    size_t row_bytes = 0;
    std::vector<uint8_t> rows;

    // Row of a token as F32 [n_embd].
    void load(int32_t token, float * out) const {
        const uint8_t * from = rows.data() + (size_t) token * row_bytes;
        if (type == GGML_TYPE_F32) {
            memcpy(out, from, row_bytes);
        } else {
            ggml_get_type_traits(type)->to_float(from, out, n_embd);
        }
    }
};

// z[i * stride] = w . x[i] for n rows x.
GTO_CLONES static void products(const float * w, const float * x, int32_t n, int32_t width, float * z, size_t stride) {
    for (int32_t i = 0; i < n; i++) {
        const float * row = x + (size_t) i * (size_t) width;
        float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
        for (int32_t j = 0; j < width; j++) sum += w[j] * row[j];
        z[(size_t) i * stride] = sum;
    }
}

static void follow(const std::vector<logit_step> & steps, float * z, size_t n) {
    for (const logit_step & s : steps) {
        for (size_t v = 0; v < n; v++) z[v] = s.tanh ? std::tanh(z[v]) : s.scale * z[v] + s.bias;
    }
}

gto_status gto_target_head_open(const gto_target * target, gto_target_head ** out) {
    return guard([&] {
        require(target && out, "target and out must not be null");
        const gguf_file file(target->path);
        if (target->taps.hidden.empty()) {
            fail(GTO_E_FORMAT, "%s: the hidden state before the head of architecture %s can't be read",
                 file.path().c_str(), target->architecture.c_str());
        }
        auto head = std::make_unique<gto_target_head>();
        head->n_vocab = target->info.n_vocab;
        head->n_embd = target->info.n_embd;
        head->steps = target->taps.logit_steps;
        const char * name = head_name(file);
        const ggml_tensor * tensor = file.expect(name, head->n_vocab, head->n_embd);
        if (!is_real(tensor->type)) {
            fail(GTO_E_FORMAT, "%s: tensor %s: type %s holds no real numbers", file.path().c_str(), name,
                 ggml_type_name(tensor->type));
        }
        head->type = tensor->type;
        head->row_bytes = ggml_row_size(tensor->type, head->n_embd);
        head->rows.resize(ggml_nbytes(tensor));
        file.read_raw(tensor, head->rows.data());
        *out = head.release();
    });
}

void gto_target_head_free(gto_target_head * head) { delete head; }

gto_status gto_target_head_logits(const gto_target_head * head, const gto_features * features, int32_t first, int32_t n,
                                  float * logits) {
    return guard([&] {
        require(head && features && logits, "head, features and logits must not be null");
        require(features->with_hidden, "the features have no hidden states");
        if (features->n_embd != head->n_embd) {
            fail(GTO_E_ARGUMENT, "width of the features' hidden states: expected %d, found %d", head->n_embd,
                 features->n_embd);
        }
        require_within("first", first, 0, features->rows());
        require_within("n", n, 0, (int64_t) features->rows() - first);
        const size_t n_vocab = (size_t) head->n_vocab, width = (size_t) head->n_embd;
        std::vector<float> hidden((size_t) n * width), row(width);
        for (int32_t i = 0; i < n; i++) {
            features->read(first + i, features->taps_width(), head->n_embd, hidden.data() + (size_t) i * width);
        }
        for (int32_t token = 0; token < head->n_vocab; token++) {
            head->load(token, row.data());
            products(row.data(), hidden.data(), n, head->n_embd, logits + token, n_vocab);
        }
        follow(head->steps, logits, (size_t) n * n_vocab);
    });
}
