/**
 * The draft: an EAGLE-3 net (arXiv 2503.01840), and a session that grows draft trees with it.
 *
 * One operation serves training (TTT), tree building and decoding: rows that attend to a trunk of context keys and to
 * their own ancestors. Trunk row t takes (features of x[t], embedding of x[t+1]) at RoPE position t and predicts
 * x[t+2]. A node at depth k >= 1 below trunk row t takes (h of its parent row, embedding of its token) at RoPE
 * position t + k.
 *
 *   g = fc(scale * features);  a = RMSNorm(embedding; attn_norm);  b = RMSNorm(g; hidden_norm)
 *   u = g + Wo attention(concat(a, b));  h = u + Wdown (silu(Wgate n) * Wup n), n = RMSNorm(u; ffn_norm)
 *   logits = head RMSNorm(h; output_norm)   over the draft vocabulary
 *
 * Published nets differ from that in their GTO_NET_* parts, in their width, which needn't be the target's, in an
 * embedding of their own, and in how they scale rotary positions.
 *
 * Calls that only read a draft's weights, those of its sessions among them, may run beside each other; one that writes
 * them (gto_draft_fit_scale, gto_draft_set_tensor, a trainer's step or load_state) runs alone.
 */
#ifndef GTO4J_DRAFT_H
#define GTO4J_DRAFT_H

#include "drawn_children.h"
#include "features.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_draft gto_draft;
typedef struct gto_draft_session gto_draft_session;

#define GTO_INIT_RANDOM 0 /**< normal(0, 0.02), norms 1 */
#define GTO_INIT_TARGET 1 /**< the target's parts (gto_draft_parts), the others random; fc passes the highest tap */

#define GTO_PART_ATTENTION    1 /**< q, k, v (fused ones are taken apart) and output of the last block, no biases */
#define GTO_PART_FEED_FORWARD 2 /**< gate, up and down of the last block; a mixture of experts has none */
#define GTO_PART_OUTPUT_NORM  4 /**< the norm before the head */
#define GTO_PART_HEAD         8 /**< rows of the head, or of the embedding if the head is tied to it */

#define GTO_NET_NORM_BEFORE_RESIDUAL 1  /**< u = b + Wo attention(...) */
#define GTO_NET_NORM_BEFORE_FC       2  /**< g = fc(RMSNorm(features)); the scale is 1 */
#define GTO_NET_FC_BIAS              4  /**< of fc */
#define GTO_NET_QKV_BIAS             8  /**< of queries, keys and values, before RoPE */
#define GTO_NET_OUTPUT_BIAS          16 /**< of Wo */
#define GTO_NET_ALL_PARTS            31

#define GTO_ROPE_PLAIN  0
#define GTO_ROPE_LINEAR 1 /**< positions divided by `factor` */
#define GTO_ROPE_YARN   2 /**< as llama.cpp's: slow pairs are divided by `factor`, fast ones aren't */
#define GTO_ROPE_LLAMA3 3 /**< as Llama 3.1's: a factor for each pair, from its wave length */
/** Factors of the target's file that no kind makes: what gto_draft_net_of says, and gto_draft_create_net refuses. */
#define GTO_ROPE_FACTORS 4

typedef struct gto_rope_scaling {
    int32_t kind;                /**< GTO_ROPE_*; what the kind has no use for isn't read */
    float factor;                /**< above 0 */
    float attention_factor;      /**< YARN: of cosines and sines, beside 1 + 0.1 log(factor); above 0 */
    float beta_fast;             /**< YARN: turns within original_context from which on a pair is fast */
    float beta_slow;             /**< YARN: turns up to which it is slow */
    float low_frequency_factor;  /**< LLAMA3: longer waves than original_context / it are divided by `factor` */
    float high_frequency_factor; /**< LLAMA3: shorter ones than original_context / it aren't; above the other */
    int32_t original_context;    /**< YARN, LLAMA3: above 0 */
} gto_rope_scaling;

/** The net of a draft, without its weights. */
typedef struct gto_draft_net {
    int32_t n_embd; /**< the net's width */
    int32_t n_head;
    int32_t n_head_kv;
    int32_t head_dim;
    int32_t n_ff;
    int32_t n_draft_vocab; /**< 1..n_vocab of the target */
    int32_t n_ctx_train;
    int32_t tap_layers[3];
    int32_t parts; /**< a sum of GTO_NET_* */
    /** Of an embedding of its own: GTO_TYPE_F32, F16 or BF16; -1: the target's is used. gto_draft_net_of says F32 of
     *  types that aren't among these. */
    int32_t embedding_type;
    int32_t has_target_head; /**< other than 0: its head begins as the target's rows. gto_draft_net_of says 0 */
    float rope_base;
    float rms_eps;
    gto_rope_scaling rope;
} gto_draft_net;

typedef struct gto_draft_config {
    int32_t n_draft_vocab; /**< 1..n_vocab */
    int32_t tap_layers[3];
    int32_t init; /**< GTO_INIT_* */
    uint64_t seed;
} gto_draft_config;

typedef struct gto_draft_info {
    int32_t n_embd; /**< the target's hidden size, that of features; gto_draft_net has the net's own */
    int32_t n_head;
    int32_t n_head_kv;
    int32_t head_dim;
    int32_t n_ff;
    int32_t n_vocab; /**< the target's */
    int32_t n_draft_vocab;
    int32_t tap_layers[3];
    float rope_base;
    float rms_eps;
    int64_t n_params; /**< trained parameters (the frozen embedding is not counted) */
} gto_draft_info;

/**
 * What GTO_INIT_TARGET takes from a target, a sum of GTO_PART_*. GTO_E_FORMAT: no draft can be made for this target
 * (the message says why).
 */
GTO_API gto_status gto_draft_parts(const gto_target * target, int32_t * parts);
/**
 * A new draft for a target; d2t holds n_draft_vocab different target ids, ascending: draft id -> target id. The
 * target's GGUF file is read for the embedding (kept in its own type, frozen) and, with GTO_INIT_TARGET, for weights.
 * GTO_E_FORMAT: the embedding is missing or has another shape, or the target's settings are none that a draft can have
 * (the message names it).
 */
GTO_API gto_status gto_draft_create(gto_target * target, gto_draft_config config, const int32_t * d2t,
                                    gto_draft ** out);
/**
 * A draft for a target whose net is `net`, for weights that come from elsewhere: all are 0, its own embedding too, and
 * gto_draft_set_values and gto_draft_set_embedding fill them in. GTO_E_ARGUMENT names the field that is out of range,
 * or that a net of another width than the target's lacks: an embedding and a head of its own.
 */
GTO_API gto_status gto_draft_create_net(gto_target * target, gto_draft_net net, const int32_t * d2t, gto_draft ** out);
/** The net that a draft has; {0} for NULL. */
GTO_API gto_draft_net gto_draft_net_of(const gto_draft * draft);
/** Loads a GGUF of architecture eagle3 (F32, F16, BF16 or quantised weights; held in F32). GTO_E_FORMAT: another
 *  architecture, target hidden size / vocabulary / taps that don't fit the target (expected and found are named), or a
 *  net that isn't this one: more layers than one, a size out of range, d2t that doesn't ascend, a tensor or a way to
 *  scale positions that the net doesn't have. A token_embd.weight of its own is used in place of the target's, and
 *  saved again; without output.weight the target's head is taken, as stock llama.cpp does. */
GTO_API gto_status gto_draft_load(gto_target * target, const char * path, gto_draft ** out);
/** A deep copy (e.g. the frozen reference M0). */
GTO_API gto_status gto_draft_copy(const gto_draft * draft, gto_draft ** out);
GTO_API void gto_draft_free(gto_draft * draft);
/**
 * Writes a GGUF that stock llama.cpp loads (`--spec-type draft-eagle3`) unless the net has biases: the tokenizer is
 * the target's, d2t absolute I64 ids, the feature scale folded into fc (and kept aside, so that loading restores it).
 * type: "F32", "F16" or "BF16". Temporary file, fsync, rename; a symbolic link stays and its file is replaced, a pipe
 * or device is written to. GTO_E_ARGUMENT if path is a file of the target; the draft's own file may be replaced.
 * GTO_E_NUMERIC: a weight isn't finite, or beyond the type.
 */
GTO_API gto_status gto_draft_save(const gto_draft * draft, const char * path, const char * type);

GTO_API gto_draft_info gto_draft_describe(const gto_draft * draft);
/** d2t, n_draft_vocab ids. */
GTO_API void gto_draft_d2t(const gto_draft * draft, int32_t * out);
/** Sets the per-channel feature scale to 1/RMS over the rows of `sample` (a channel whose RMS is 0 gets 1). fc is
 *  divided by the change, so that the function computed stays the same. Call it once, before training. With
 *  GTO_NET_NORM_BEFORE_FC nothing changes: that norm does it. */
GTO_API gto_status gto_draft_fit_scale(gto_draft * draft, const gto_features * sample);
/** The scale, 3 * n_embd of gto_draft_info; fc as a file has it is fc times it, by columns. */
GTO_API gto_status gto_draft_get_scale(const gto_draft * draft, float * out);

/**
 * Whether sessions opened from now on have a context vocabulary (arXiv 2605.26444): trunk row t and the nodes below it
 * may propose, beside the draft's own tokens, those of next_tokens of trunk rows 0..t that the draft's vocabulary
 * lacks. Their logits are the target's head rows times the head's input, less `offset`; those that followed, among the
 * same tokens, the one that the row or node takes are greater by `bigram_bonus`. Probabilities are over all of them.
 * gto_draft_save keeps both (keys gto4j.context_vocabulary.offset and .bigram_bonus, 0 where a file has none), stock
 * llama.cpp doesn't read them. A trainer trains with them from its next micro-batch on (trainer.h). GTO_E_ARGUMENT: a
 * number isn't finite; GTO_E_FORMAT: the draft's width isn't the target's, or its head can't be read.
 */
GTO_API gto_status gto_draft_set_context_vocabulary(gto_draft * draft, bool on, float offset, float bigram_bonus);
/** Whether they have one, its offset and its bigram bonus; each may be NULL. */
GTO_API bool gto_draft_context_vocabulary(const gto_draft * draft, float * offset, float * bigram_bonus);

/** Values first..first+n-1 of the embedding [n_vocab x n_embd of gto_draft_net] that the draft uses, as F32. */
GTO_API gto_status gto_draft_get_embedding(const gto_draft * draft, int64_t first, int64_t n, float * out);
/** Replaces them, rounded to the embedding's type. GTO_E_ARGUMENT: the draft uses the target's; GTO_E_NUMERIC: a value
 *  isn't finite in that type. Before any session or trainer of the draft is opened. */
GTO_API gto_status gto_draft_set_embedding(gto_draft * draft, int64_t first, int64_t n, const float * values);

/** Parameter tensors by name, for tests and exporters: i = 0..count-1. Names are those of stock GGUF, e.g.
 *  "blk.0.attn_q.weight"; those of parts come last. No draft has none. */
GTO_API int32_t gto_draft_tensor_count(const gto_draft * draft);
GTO_API const char * gto_draft_tensor_name(const gto_draft * draft, int32_t i);
GTO_API int64_t gto_draft_tensor_size(const gto_draft * draft, int32_t i);
GTO_API gto_status gto_draft_get_tensor(const gto_draft * draft, int32_t i, float * out);
GTO_API gto_status gto_draft_set_tensor(gto_draft * draft, int32_t i, const float * values);
/** n values of a tensor from `first` on; GTO_E_ARGUMENT: it doesn't have them. */
GTO_API gto_status gto_draft_get_values(const gto_draft * draft, int32_t i, int64_t first, int64_t n, float * out);
GTO_API gto_status gto_draft_set_values(gto_draft * draft, int32_t i, int64_t first, int64_t n, const float * values);

/* ---- growing trees ---- */

/**
 * A session with room for n_ctx trunk rows and max_nodes nodes. With type GTO_TYPE_F32 it reads the draft's weights as
 * they are at each call; GTO_TYPE_F16, GTO_TYPE_Q8_0 and GTO_TYPE_Q4_0 take a copy of them now, rounded: a half, about
 * a quarter or a seventh of the memory traffic, for decoding. Sessions on the same values share that copy. Q8_0 and
 * Q4_0 become F16 on a GPU, and where the net's widths aren't multiples of 32. GTO_TYPE_BF16 multiplies as a trainer
 * does by default: on the processor's tile unit with the weights as they are at each gto_draft_session_extend, in F32
 * where there is no such unit. GTO_E_NUMERIC: a weight to be rounded isn't finite (the message names it). With F32,
 * F16, Q8_0 and Q4_0 a row's or node's bits depend neither on what is computed beside it nor on the threads.
 */
GTO_API gto_status gto_draft_session_open(gto_draft * draft, int32_t n_ctx, int32_t max_nodes, int32_t type,
                                          gto_draft_session ** out);
GTO_API void gto_draft_session_free(gto_draft_session * session);
/** Trunk rows held. */
GTO_API int32_t gto_draft_session_rows(const gto_draft_session * session);
/** Keeps trunk rows 0..n_rows-1 and drops all nodes. */
GTO_API gto_status gto_draft_session_truncate(gto_draft_session * session, int32_t n_rows);

/**
 * Appends n trunk rows: rows first..first+n-1 of `features` with next_tokens[i] = the token after row i's token. Only
 * keys, values and, from row `roots_from` on (counted within the n rows; n = none), h are computed. Drops all nodes.
 */
GTO_API gto_status gto_draft_session_extend(gto_draft_session * session, const gto_features * features, int32_t first,
                                            int32_t n, const int32_t * next_tokens, int32_t roots_from);

/**
 * Children of trunk rows (their h must have been computed): for each of the n rows the k most probable children, best
 * first: tokens[n][k] (target ids), log_probs[n][k] (natural log, over the draft vocabulary). k is at most
 * n_draft_vocab. If query is not NULL: query_log_probs[i] = log-probability of target token query[i] (-inf if not in
 * the draft vocabulary). GTO_E_NUMERIC: a row's logits are not finite.
 */
GTO_API gto_status gto_draft_session_roots(gto_draft_session * session, int32_t n, const int32_t * rows, int32_t k,
                                           int32_t * tokens, float * log_probs, const int32_t * query,
                                           float * query_log_probs);
/**
 * Evaluates n new nodes and returns their children as gto_draft_session_roots does. Node ids are given in order of
 * evaluation, from 0 after an extend or truncate; *first_node = id of the first new one. parents[i] >= 0 is an earlier
 * node (of an earlier call); parents[i] < 0 is trunk row -1 - parents[i]. tokens_in[i] = the node's token (a target
 * id). After an error there are no new nodes.
 */
GTO_API gto_status gto_draft_session_expand(gto_draft_session * session, int32_t n, const int32_t * parents,
                                            const int32_t * tokens_in, int32_t k, int32_t * tokens, float * log_probs,
                                            const int32_t * query, float * query_log_probs, int32_t * first_node);
/**
 * Draws a child of each of n trunk rows (row >= 0) or nodes (-1 - node) from the draft's distribution without the
 * tokens fixed[fixed_begin[i] .. fixed_begin[i+1]) (target ids; fixed_begin has n + 1 entries): tokens[i], a target id,
 * -1 if nothing is left. The draws are *first_draw and the following ones of `drawn`. Cheap for the rows of the last
 * gto_draft_session_roots or _expand, whose logits are still there (of the last 256); else the head is computed again.
 * GTO_E_NUMERIC: logits aren't finite; then there are no new draws.
 */
GTO_API gto_status gto_draft_session_draw(gto_draft_session * session, gto_drawn_children * drawn, int32_t n,
                                          const int32_t * rows_or_nodes, const int32_t * fixed_begin,
                                          const int32_t * fixed, int32_t * tokens, int32_t * first_draw);
/** What a session's extend, roots, expand, draw and logits took since it was opened, in ns; the parts are disjoint and
 * within `calls`. */
typedef struct gto_draft_session_times {
    int64_t calls;    /**< these calls as a whole */
    int64_t waited;   /**< of them, for the device, while others used it */
    int64_t products; /**< in matrix products with what is part of them (norms, RoPE, SwiGLU), barriers included */
    int64_t kernels;  /**< in other kernels: attention, top-k; with type GTO_TYPE_BF16 norms, RoPE, SwiGLU, too */
} gto_draft_session_times;
GTO_API gto_draft_session_times gto_draft_session_spent(const gto_draft_session * session);

/** Draft logits [n_draft_vocab] of a trunk row (row >= 0) or node (-1 - node). For parity tests. */
GTO_API gto_status gto_draft_session_logits(gto_draft_session * session, int32_t row_or_node, float * logits);

#ifdef __cplusplus
}
#endif
#endif
