// Random cases of the kernels of src/loss and src/tree.
#pragma once

#include "accelerator/case_values.h"

namespace gto_test {

template <> struct kernel_case<gto::loss_batch> {
    static constexpr int32_t kinds = GTO_LOSS_LK_LAMBDA - GTO_LOSS_CROSS_ENTROPY + 1;
    static constexpr int32_t variants = kinds * n_vocabularies;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 5;
        const int32_t n_vocab = vocabularies[variant / kinds], stride = n_vocab + 3;
        const size_t size = (size_t) n * stride;
        std::vector<float> target = random_floats(random, size, 3.0f);
        for (int32_t i = 0; i < n; i++) gto::softmax_row(gto::host_group{}, &target[i * stride], n_vocab);
        gto::loss_batch b = {};
        b.loss = {GTO_LOSS_CROSS_ENTROPY + variant % kinds, 3.0f};
        b.logits = r.array(random_floats(random, size, 3.0f));
        b.logits_stride = b.target_stride = stride;
        b.target = r.array(target);
        b.n_vocab = n_vocab;
        b.token_weight = r.array(std::vector<float>{1.0f, 0.5f, 0.0f, 2.0f, 1.0f});
        b.policy_weight = r.array(std::vector<float>{0.0f, 0.3f, -1.0f, 0.0f, 0.7f});
        b.labels = r.array(random_integers(random, n, -1, n_vocab - 1));
        b.row_loss = r.array(std::vector<float>(n));
        b.acceptance = r.array(std::vector<float>(n));
        b.log_prob = r.array(std::vector<float>(n));
        b.argmax = r.array(std::vector<int32_t>(n));
        b.rank = r.array(std::vector<int32_t>(n));
        r.launch(n, b);
        r.output("gradient", b.logits, size, close_enough);
        r.output("loss", b.row_loss, n, close_enough);
        r.output("acceptance", b.acceptance, n, close_enough);
        r.output("log_prob", b.log_prob, n, close_enough);
        r.output("argmax", b.argmax, n);
        r.output("rank", b.rank, n);
    }
};

// Trees of 0 to 60 nodes: where they begin, and the nodes' parents.
struct random_trees {
    random_trees(std::mt19937 & random, int32_t n) : begin(1, 0) {
        for (int32_t tree = 0; tree < n; tree++) {
            const auto nodes = (int32_t) (random() % 61);
            for (int32_t i = 0; i < nodes; i++) parents.push_back((int32_t) (random() % (unsigned) (i + 1)) - 1);
            begin.push_back(begin.back() + nodes);
        }
    }
    std::vector<int32_t> begin, parents;
};

template <> struct kernel_case<gto::reward_batch> {
    static constexpr int32_t variants = GTO_REWARD_EXACT - GTO_REWARD_LSE + 1;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t variant) {
        constexpr int32_t n = 9;
        const random_trees trees(random, n);
        std::vector<float> probabilities(trees.parents.size());
        for (float & p : probabilities) p = (float) (random() % 1000) / 1000.0f;
        float * rewards = r.array(std::vector<float>(n));
        r.launch(n, gto::reward_batch{GTO_REWARD_LSE + variant, 1.5f, r.array(trees.begin), r.array(trees.parents),
                                      r.array(probabilities), rewards});
        r.output("reward", rewards, n, close_enough);
    }
};

template <> struct kernel_case<gto::walk_batch> {
    static constexpr int32_t variants = 1;

    static void run(kernel_runner & r, std::mt19937 & random, int32_t) {
        constexpr int32_t n = 40;
        const random_trees trees(random, n);
        const size_t nodes = trees.parents.size();
        int32_t * accepted = r.array(std::vector<int32_t>(n, 7));
        int32_t * last = r.array(std::vector<int32_t>(n, 7));
        r.launch(n, gto::walk_batch{r.array(trees.begin), r.array(trees.parents),
                                    r.array(random_integers(random, nodes, 0, 2)),
                                    r.array(random_integers(random, nodes + n, 0, 2)), accepted, last});
        r.output("accepted", accepted, n);
        r.output("last", last, n);
    }
};

} // namespace gto_test
