// Prints the golden training case (support/golden_case.h) as text, for golden/autograd.py: "name count values...", one
// a line.
#include "support/golden_case.h"

#include "draft/draft.h"

#include <cstdio>

using namespace gto_test;

template <class V> static void print(const char * name, const V & values) {
    printf("%s %zu", name, (size_t) values.size());
    for (const auto v : values) printf(" %.9g", (double) v);
    printf("\n");
}

int main() {
    const golden_case c;
    const gto_draft_info info = gto_draft_describe(c.tiny.draft);
    print("shape", std::vector<double>{(double) info.n_embd, (double) info.n_head, (double) info.n_head_kv,
                                       (double) info.head_dim, (double) info.n_ff, (double) info.n_vocab,
                                       (double) info.n_draft_vocab, info.rope_base, info.rms_eps, (double) c.n_passes,
                                       c.batch().loss_eta});
    for (int32_t i = 0; i < gto_draft_tensor_count(c.tiny.draft); i++) {
        print(gto_draft_tensor_name(c.tiny.draft, i), c.tiny.get(i));
    }
    print("vocabulary", c.tiny.vocabulary);
    const gto::gguf_file file(c.tiny.target_path);
    print("embedding", file.read_f32(file.find("token_embd.weight")));
    print("target_head", gto::target_head_rows(file, c.tiny.draft->s, c.tiny.vocabulary));
    print("lengths", c.text.lengths);
    print("tokens", c.text.tokens);
    print("argmax", c.text.argmax);
    print("mask", c.text.mask);
    print("policy", c.policy);
    std::vector<float> rows, row(4 * info.n_embd);
    for (const gto_features * f : c.text.features) {
        for (int32_t i = 0; i < gto_features_rows(f); i++) {
            gto_features_get(f, i, row.data());
            rows.insert(rows.end(), row.begin(), row.end());
        }
    }
    print("features", rows);
}
