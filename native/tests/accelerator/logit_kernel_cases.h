// Random cases of the kernels over a target's logits (src/target/logit_kernels.h).
#pragma once

#include "accelerator/case_values.h"

namespace gto_test {

// Rows of logits with ties at the top, without a finite one at the top, with a NaN.
inline std::vector<float> random_logits(std::mt19937 & random, int32_t n, int32_t n_vocab) {
    std::vector<float> logits = random_floats(random, (size_t) n * n_vocab, 2.0f);
    for (float & v : logits) v = std::round(2 * v) / 2;
    const auto somewhere = [&](int32_t row) -> float & {
        return logits[row * n_vocab + (int32_t) (random() % n_vocab)];
    };
    somewhere(n - 1) = NAN;
    somewhere(n - 2) = INFINITY;
    std::fill_n(logits.begin() + (int64_t) (n - 3) * n_vocab, n_vocab, -INFINITY);
    return logits;
}

template <> struct kernel_case<gto::greatest_rows> {
    static constexpr int32_t variants = n_vocabularies;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 8;
        const int32_t n_vocab = vocabularies[variant];
        int32_t * ids = r.array(std::vector<int32_t>(n, 77));
        r.launch(n, gto::greatest_rows{r.array(random_logits(random, n, n_vocab)), n_vocab, ids});
        r.output("ids", ids, n);
    }
};

template <> struct kernel_case<gto::probability_rows> {
    static constexpr double temperatures[] = {0.0, 0.7, 1.0};
    static constexpr int32_t variants = 3 * n_vocabularies;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 8, n_items = 20;
        const int32_t n_vocab = vocabularies[variant / 3];
        gto::probability_rows k = {};
        k.logits = r.array(random_logits(random, n, n_vocab));
        k.n_vocab = n_vocab;
        k.rank = r.array(random_choice(random, n, n));
        k.begin = r.array(std::vector<int32_t>{0, 1, 1, 5, 6, 9, 13, 19, n_items});
        k.tokens = r.array(random_integers(random, n_items, 0, n_vocab - 1));
        k.p = r.array(std::vector<float>(n_items, 77.0f));
        k.temperature = temperatures[variant % 3];
        r.launch(n, k);
        r.output("p", k.p, n_items, close_enough);
    }
};

} // namespace gto_test
