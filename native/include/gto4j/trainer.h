/**
 * The trainer: gradients of the EAGLE-3 training-time test (TTT), of the GTO policy term and of trees, and AdamW.
 *
 * A micro-batch is a set of sequences. Sequence s holds tokens x[0..L-1] with L rows of features. Trunk rows are t =
 * 0..L-2 (row t takes x[t+1]). TTT pass j = 0..n_passes-1 of row t predicts x[t+2+j]; for j >= 1 it takes h of pass j-1
 * and the embedding of x[t+1+j], at RoPE position t+j, and attends to the trunk rows <= t and to its own passes 1..j.
 *
 * Token loss of a (row, TTT pass): one of loss.h (soft cross-entropy by default) against p = softmax(target head rows
 * of the draft vocabulary * hidden[t+1+j]), the target's distribution restricted to the draft vocabulary and
 * renormalised, for pairs whose predicted token is in the response (loss_mask[t+2+j] != 0) and whose target argmax
 * (argmax[t+1+j]) is in the draft vocabulary; weight decay^j / N, N = unmasked pairs of pass 0 in the micro-batch (or
 * all of them, see `mean_over_all`): a pair weighs the same whether or not other rows have left (keep_top_k). A row
 * ends where the response ends. Policy term: - policy_weight[t][j] * log M(x[t+2+j] | row t, pass j).
 *
 * Two options change the token loss, and nothing else. `miss_decay`: a pass i misses if a logit of the draft is greater
 * than that of its text's token x[t+2+i], or if this token isn't in the draft vocabulary; there the text leaves the
 * draft's greedy path. The pair (t, j) weighs miss_decay^(misses of row t in its passes i < j) times as much; N stays
 * what it is. `hard_label_share` = a: the loss of a pair becomes (1 - a) times the loss against p, plus a times
 * - log M(x[t+2+j] | row t, pass j). Masked pairs stay masked; a pair whose text token isn't in the draft vocabulary
 * keeps the loss against p alone. Of greedy texts this label is the target's argmax.
 *
 * Of a draft with a context vocabulary (gto_draft_set_context_vocabulary) "the draft vocabulary" means above, for row t
 * in all its passes, the draft's own tokens and those of x[1..t+1] that it lacks. The target's head rows stand for the
 * latter; they are frozen. Pairs behind a token of the text that row t doesn't offer are masked.
 */
#ifndef GTO4J_TRAINER_H
#define GTO4J_TRAINER_H

#include "draft.h"
#include "loss.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GTO_MAX_PASSES 16

typedef struct gto_trainer gto_trainer;

#define GTO_PRECISION_AUTO 0 /**< BF16 where the device has matrix instructions for it, else F32 */
#define GTO_PRECISION_F32  1
#define GTO_PRECISION_BF16 2 /**< operands of matrix products are rounded to BF16; all else is F32 */

typedef struct gto_trainer_options {
    float beta1;        /**< in [0, 1) */
    float beta2;        /**< in [0, 1) */
    float epsilon;      /**< > 0 */
    float weight_decay; /**< >= 0, decoupled; not applied to norms */
    int32_t chunk_rows; /**< rows of logits held at once; >= 1 */
    int32_t precision;  /**< GTO_PRECISION_* of matrix products */
} gto_trainer_options;

/** 0.9, 0.95, 1e-8, 0, 512, F32. */
GTO_API gto_trainer_options gto_trainer_options_default(void);

typedef struct gto_batch {
    int32_t n_sequences;
    const gto_features * const * features; /**< [n_sequences], F32 or F16, with hidden */
    const int32_t * lengths;               /**< [n_sequences] L; at most the features' rows */
    const int32_t * tokens;                /**< concatenated, sum of lengths */
    const int8_t * loss_mask;              /**< concatenated: 1 where the token is in a response */
    const int32_t * argmax;                /**< concatenated: target's argmax after token i, -1 unknown (masked) */
    int32_t n_passes;                      /**< TTT passes, 1..GTO_MAX_PASSES */
    float step_decay;                      /**< 0.8 */
    /** A row leaves after the TTT pass j whose x[t+2+j] isn't among the draft's k best, unless the policy weight of
     * pass j+1 isn't 0; 0 = never. */
    int32_t keep_top_k;
    bool mean_over_all; /**< N counts masked pairs of the response, too; EAGLE and SpecForge also count rows outside it
                         */
    int32_t loss;       /**< GTO_LOSS_* */
    float loss_eta;     /**< of GTO_LOSS_LK_LAMBDA, >= 0; 3 in its paper */
    float token_weight; /**< factor of the token loss, 1; 0 = policy term only */
    const float * policy_weight; /**< [sum of lengths][n_passes], row t of its sequence; NULL = none */
    float miss_decay;            /**< in (0, 1]; 1: all passes of a row weigh what step_decay says */
    float hard_label_share;      /**< in [0, 1]; 0: soft labels alone */
} gto_batch;

/** Per TTT pass sums over the micro-batch. */
typedef struct gto_batch_result {
    int32_t pairs[GTO_MAX_PASSES];     /**< response pairs evaluated, masked or not */
    int32_t unmasked[GTO_MAX_PASSES];  /**< of these, pairs in the token loss */
    int32_t correct[GTO_MAX_PASSES];   /**< pairs whose draft argmax is the target's argmax */
    int32_t kept[GTO_MAX_PASSES];      /**< pairs whose token is among the draft's keep_top_k (10 if that is 0) best */
    double loss[GTO_MAX_PASSES];       /**< sum of the token loss over unmasked pairs */
    double acceptance[GTO_MAX_PASSES]; /**< sum over unmasked pairs of alpha (loss.h), a probability */
    double policy[GTO_MAX_PASSES];     /**< sum of policy_weight * log M; 0 for tokens outside the draft vocabulary */
    double objective;                  /**< the scalar whose gradient was added */
} gto_batch_result;

/** The draft's weights are updated in place. The target's file is read for its head rows. GTO_E_ARGUMENT: BF16 on a
 *  device that has no products in it, or another trainer of the draft is open. */
GTO_API gto_status gto_trainer_open(gto_target * target, gto_draft * draft, gto_trainer_options options,
                                    gto_trainer ** out);
GTO_API void gto_trainer_free(gto_trainer * trainer);

/** Bytes of device memory that training takes, beside the target's own. Row lists and the graph (a few KiB a row) come
 *  on top. */
typedef struct gto_training_memory {
    int64_t n_params;    /**< trained parameters, a number */
    int64_t weights;     /**< the draft's parameters, F32 */
    int64_t embedding;   /**< the target's, in its own type, shared by a draft and its copies */
    int64_t target_head; /**< the target's head rows of the draft vocabulary, F32 */
    int64_t gradient;
    int64_t moments;     /**< AdamW's two */
    int64_t activations; /**< of a micro-batch: its rows, their gradients, target distributions, a chunk of logits */
    int64_t packed;      /**< operands of matrix products, as the processor's units take them */
} gto_training_memory;

/**
 * What a trainer with these options takes for a draft of n_draft_vocab tokens and micro-batches of at most n_tokens (>=
 * 2) tokens in n_passes TTT passes: exactly what is allocated for one sequence of n_tokens, all of it response (with a
 * context vocabulary: no two of them the same, none in the draft vocabulary), and no less than for any other
 * micro-batch of as many tokens.
 */
GTO_API gto_status gto_trainer_plan_memory(const gto_target * target, int32_t n_draft_vocab, bool context_vocabulary,
                                           gto_trainer_options options, int32_t n_tokens, int32_t n_passes,
                                           gto_training_memory * out);
/**
 * The same for a target that isn't there, whose draft would compute on `device`. Of `info` its sizes are read: n_vocab,
 * n_embd, n_head, n_head_kv, head_dim, n_ff; its embedding is taken to be in 16 bits. GTO_E_ARGUMENT: sizes that don't
 * go together, or are out of range.
 */
GTO_API gto_status gto_trainer_plan_memory_of(gto_device * device, gto_target_info info, int32_t n_draft_vocab,
                                              bool context_vocabulary, gto_trainer_options options, int32_t n_tokens,
                                              int32_t n_passes, gto_training_memory * out);
/** What a trainer and its draft have allocated now. */
GTO_API gto_status gto_trainer_memory(const gto_trainer * trainer, gto_training_memory * out);

/** Forward and backward of a micro-batch: adds to the gradients. What is wrong with the batch is found before anything
 * is computed, and the gradients stay; any later failure zeroes them. GTO_E_NUMERIC: a policy weight or the loss is NaN
 * or infinite. */
GTO_API gto_status gto_trainer_accumulate(gto_trainer * trainer, gto_batch batch, gto_batch_result * result);
/** The same figures without gradients (validation). They are those of the batch's own options: losses and objectives of
 *  two batches compare only if loss, miss_decay and hard_label_share are the same. */
GTO_API gto_status gto_trainer_evaluate(gto_trainer * trainer, gto_batch batch, gto_batch_result * result);

/**
 * The policy term alone, along explicit paths that need not be the text (foreign text: the longest accepted sequence
 * S_t). One sequence (features, length, tokens as above). Path p (rows ascending, each at most once) starts below trunk
 * row path_row[p] and has tokens path_tokens[path_begin[p] .. path_begin[p+1]) (path_begin[0] is 0) with weights
 * path_weight[...] (same index): adds the gradient of - sum path_weight * log M(token | row, earlier path tokens).
 * log_probs, if not NULL, receives log M (natural log) per path token; -inf outside the draft vocabulary.
 */
GTO_API gto_status gto_trainer_accumulate_paths(gto_trainer * trainer, const gto_features * features, int32_t length,
                                                const int32_t * tokens, int32_t n_paths, const int32_t * path_row,
                                                const int32_t * path_begin, const int32_t * path_tokens,
                                                const float * path_weight, float * log_probs);

/**
 * The same for trees: several tokens behind one row, and several paths below it. One sequence (features, length, tokens
 * as above). Tree i (rows ascending, each at most once) hangs below trunk row tree_row[i] and has the nodes
 * tree_begin[i]..tree_begin[i+1]-1 of parents[], node_tokens[] and node_weight[]; tree_begin has n_trees + 1 entries,
 * the first of them 0. parents are relative to the tree's first node, < the node's own index, -1 for children of the
 * root; no node is deeper than GTO_MAX_PASSES (a child of the root: 1). Adds the gradient of - sum over nodes of
 * node_weight * log M(token | row, tokens above); the net is evaluated at the root and at nodes that have children.
 * log_probs, if not NULL, receives log M (natural log) a node; -inf outside the draft vocabulary, where the weight
 * counts as 0. GTO_E_NUMERIC: a weight is NaN or infinite.
 */
GTO_API gto_status gto_trainer_accumulate_trees(gto_trainer * trainer, const gto_features * features, int32_t length,
                                                const int32_t * tokens, int32_t n_trees, const int32_t * tree_row,
                                                const int32_t * tree_begin, const int32_t * parents,
                                                const int32_t * node_tokens, const float * node_weight,
                                                float * log_probs);

/** Clips the accumulated gradient to global norm `clip` (0 = off), one AdamW step at `learning_rate`, zeroes the
 *  gradients. *grad_norm = norm before clipping. GTO_E_NUMERIC: the norm isn't finite (nothing is updated, gradients
 *  are zeroed). */
GTO_API gto_status gto_trainer_step(gto_trainer * trainer, float learning_rate, float clip, float * grad_norm);
/** Zeroes the gradients. */
GTO_API gto_status gto_trainer_zero(gto_trainer * trainer);
/** Updates made so far. */
GTO_API int64_t gto_trainer_steps(const gto_trainer * trainer);
/** Gradient of draft tensor i (see gto_draft_tensor_name). For tests. */
GTO_API gto_status gto_trainer_gradient(const gto_trainer * trainer, int32_t i, float * out);

/** Weights, moments and step count, exactly; temporary file, fsync, rename. GTO_E_FORMAT on load: another draft's
 *  shapes. */
GTO_API gto_status gto_trainer_save_state(const gto_trainer * trainer, const char * path);
GTO_API gto_status gto_trainer_load_state(gto_trainer * trainer, const char * path);

#ifdef __cplusplus
}
#endif
#endif
