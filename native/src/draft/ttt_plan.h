// What a micro-batch asks of the net: trunk rows, and for every root row the tokens to predict, one a TTT pass. Of
// trees a root is one of the chains that reach all of a tree's rows.
#pragma once

#include "draft/draft.h"
#include "draft/text_bigrams.h"
#include "draft/ttt_memory.h"
#include "gto4j/trainer.h"
#include "loss/token_loss.h"

namespace gto {

struct ttt_plan {
    struct source {
        const gto_features * features;
        // trunk rows of a sequence take its features from row 0 on; first_row = pool row of the first
        int32_t first_row;
        int32_t rows;
    };

    int32_t n_passes = 1;
    int32_t keep_top_k = 0;
    float miss_decay = 1.0f; // factor of the token weights of the passes after one that missed (gto4j/trainer.h)
    token_loss loss;
    std::vector<source> sources;

    // per trunk row
    std::vector<int32_t> token, position, trunk_begin;

    // Of a draft with a context vocabulary, empty else: tokens of the texts that the draft vocabulary lacks, sequence
    // after sequence, each in the order in which its text brings them. Their logits stand behind the draft
    // vocabulary's, in the same order. A trunk row and the passes below it offer [offered_begin, offered_end).
    std::vector<int32_t> offered_token;
    std::vector<int32_t> offered_begin, offered_end; // per trunk row
    text_bigrams bigrams;                            // of all sequences: columns of offered_token behind tokens

    // per root: the trunk row it starts from. Roots that follow each other with the same one, chains of a tree, have
    // pass 0 in common; which cell of it is asked then is the first one's.
    std::vector<int32_t> root;
    // [roots][n_passes]: token to predict (-1 ends the row), its logit's column (-1 none), its weights, the row of its
    // target distribution and the target's argmax (-1 none)
    std::vector<int32_t> predicted, label, target_row, target_argmax;
    std::vector<float> token_weight, policy_weight;

    // rows of hidden states whose target distribution is needed: (source, row)
    struct hidden_row {
        int32_t source, row;
    };
    std::vector<hidden_row> hidden;
    std::vector<int32_t> hidden_begin, hidden_end; // per such row: its distribution is over these of offered_token

    // Of trees, empty else: several labels for one cell [roots][n_passes], instead of those above; cell c has
    // [label_begin[c], label_begin[c+1]).
    struct weighted_label {
        int32_t column, node; // of the logits, never -1; of all trees' nodes
        float weight;
    };
    std::vector<weighted_label> labels;
    std::vector<int64_t> label_begin;

    bool of_trees() const { return !label_begin.empty(); }
    int64_t roots() const { return (int64_t) root.size(); }
    int64_t trunk() const { return (int64_t) token.size(); }
    int64_t at(int64_t r, int32_t step) const { return r * n_passes + step; }
    // The root behind those that have pass 0 in common with root r, which is the first of them.
    int64_t end_of_chains(int64_t r) const {
        const int32_t row = root[r];
        while (++r < roots() && of_trees() && root[r] == row) {}
        return r;
    }
    ttt_size size() const;
};

// The rows of all TTT passes are counted in 32 bits. Fails with GTO_E_ARGUMENT.
void require_countable(int64_t n_tokens, int64_t n_passes);

// The EAGLE-3 training-time test over the text of a batch. Fails with GTO_E_ARGUMENT naming sequence and field.
ttt_plan plan_text(const gto_draft & draft, const gto_batch & batch);

// The policy term along explicit paths below trunk rows of one sequence; rows ascending, each at most once.
ttt_plan plan_paths(const gto_draft & draft, const gto_features & features, int32_t length, const int32_t * tokens,
                    int32_t n_paths, const int32_t * path_row, const int32_t * path_begin, const int32_t * path_tokens,
                    const float * path_weight);

// The same for trees (gto_trainer_accumulate_trees), as chains that share their trunk row.
ttt_plan plan_trees(const gto_draft & draft, const gto_features & features, int32_t length, const int32_t * tokens,
                    int32_t n_trees, const int32_t * tree_row, const int32_t * tree_begin, const int32_t * parents,
                    const int32_t * node_tokens, const float * node_weight);

} // namespace gto
