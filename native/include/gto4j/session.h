/** A session: a libllama context of the target. Decodes rows of many sequences, taps features, verifies draft trees. */
#ifndef GTO4J_SESSION_H
#define GTO4J_SESSION_H

#include "drawn_children.h"
#include "features.h"
#include "sampler.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_session gto_session;

/** Types of keys and values. */
#define GTO_CACHE_F16  0
#define GTO_CACHE_F32  1
#define GTO_CACHE_BF16 2
#define GTO_CACHE_Q8_0 3 /**< needs flash attention, and heads whose width is a multiple of 32 */

/** Attention as one operation that keeps no matrix of all scores. */
#define GTO_FLASH_ATTENTION_AUTO \
  0 /**< on with "CPU-GTO4J" and on devices that have it; off with "CPU", but for a quantised cache */
#define GTO_FLASH_ATTENTION_ON  1
#define GTO_FLASH_ATTENTION_OFF 2

typedef struct gto_session_options {
    int32_t n_ctx;     /**< KV cells, shared by all sequences (libllama rounds up to a multiple of 256); >= 8 */
    int32_t n_batch;   /**< most rows of one decode; >= 1 */
    int32_t n_seq_max; /**< sequence ids 0..n_seq_max-1; 1..256 (a tree needs 1 + its number of leaves) */
    bool taps;         /**< read the block inputs below */
    int32_t tap_layers[3];
    bool hidden; /**< read the final hidden state of output rows */
    /** The sequences hold unrelated texts: each has n_ctx / n_seq_max cells of its own (rounded up to a multiple of
     * 256), so that attention never looks at another's. A decode then takes rows of one sequence, or one row each of
     * several in ascending order; sequences can't be copied and trees not verified. */
    bool many_texts;
    int32_t cache_type;      /**< GTO_CACHE_*, of keys and values */
    int32_t flash_attention; /**< GTO_FLASH_ATTENTION_*. Off, a row's bits depend on the rows beside it */
} gto_session_options;

/** n_ctx 4096, n_batch 512, n_seq_max 64, no taps, no hidden, sequences that share their cells, F16 keys and values,
 *  flash attention where it is best. */
GTO_API gto_session_options gto_session_options_default(void);

/** GTO_E_ARGUMENT: a tap outside 0..n_layer-1, taps of an architecture that has none, or a quantised cache without
 * flash attention. GTO_E_MEMORY: on the CPU, more memory than this process may still take (gto_memory_available), on
 * other devices keys and values of more than is free there; nothing was taken then. */
GTO_API gto_status gto_session_open(gto_target * target, gto_session_options options, gto_session ** out);
GTO_API void gto_session_free(gto_session * session);
GTO_API int32_t gto_session_n_ctx(const gto_session * session);

/**
 * Decodes n rows in one target pass. Row i holds tokens[i] at positions[i] and belongs to the sequences
 * seqs[seq_begin[i] .. seq_begin[i+1]) (seq_begin has n+1 entries). output[i] != 0 asks for logits (and hidden) of row
 * i. Row indices 0..n-1 name the rows until the next decode. GTO_E_CONTEXT: no free KV cell (nothing was decoded).
 */
GTO_API gto_status gto_session_decode(gto_session * session, int32_t n, const int32_t * tokens,
                                      const int32_t * positions, const int32_t * seq_begin, const int32_t * seqs,
                                      const int8_t * output);
/** The same for n consecutive tokens of one sequence, from position `position`; output_from: the first row with output
 *  (n = none). n may exceed n_batch: it is split, and then only the last part's rows can be read, unless `capture` is
 *  given: all rows' features are appended to it. argmax, if not NULL, receives n entries: the target's argmax after row
 *  i, or -1 for rows without output. */
GTO_API gto_status gto_session_prefill(gto_session * session, int32_t seq, int32_t position, int32_t n,
                                       const int32_t * tokens, int32_t output_from, gto_features * capture,
                                       int32_t * argmax);

/** Draws from row rows[i]'s logits with samplers[i] (which accepts the token): tokens[i]. */
GTO_API gto_status gto_session_sample(gto_session * session, int32_t n, const int32_t * rows,
                                      gto_sampler * const * samplers, int32_t * tokens);
/** Argmax of the logits of rows[i]; ties go to the lowest id. */
GTO_API gto_status gto_session_argmax(gto_session * session, int32_t n, const int32_t * rows, int32_t * tokens);
/** p[i] = softmax(logits of rows[i] / temperature)[tokens[i]]; temperature 0: 1 if tokens[i] is the argmax, else 0. */
GTO_API gto_status gto_session_probabilities(gto_session * session, int32_t n, const int32_t * rows,
                                             const int32_t * tokens, float temperature, float * p);
/** Logits of one row, n_vocab floats. For tests. */
GTO_API gto_status gto_session_logits(gto_session * session, int32_t row, float * logits);
/** Appends the features of rows[i] of the last decode. */
GTO_API gto_status gto_session_capture(gto_session * session, int32_t n, const int32_t * rows, gto_features * features);

/** What a session's decode, prefill, sample and verify took since it was opened, in ns; the parts are disjoint and
 *  within `calls`. */
typedef struct gto_session_times {
    int64_t calls;    /**< these calls as a whole */
    int64_t waited;   /**< of them, for the device, while others used it */
    int64_t decode;   /**< in llama_decode, but for the features that are copied within it */
    int64_t draw;     /**< checking logits and drawing tokens */
    int64_t features; /**< copying features */
} gto_session_times;
GTO_API gto_session_times gto_session_spent(const gto_session * session);

/** KV bookkeeping: positions p0 <= p < p1; p1 < 0 means to the end. */
GTO_API gto_status gto_session_copy_sequence(gto_session * session, int32_t from, int32_t to, int32_t p0, int32_t p1);
GTO_API gto_status gto_session_remove(gto_session * session, int32_t seq, int32_t p0, int32_t p1);
/** Forgets everything; after GTO_E_NUMERIC the cells are zeroed, too: attention multiplies even hidden cells, and NaN
 *  times 0 is NaN. */
GTO_API gto_status gto_session_clear(gto_session * session);

/**
 * One verification cycle of a draft tree on sequence `seq`.
 *
 * The sequence holds positions 0..position-1. `root` is the token at `position`, drawn but not yet decoded. Node i
 * (0..n-1) holds tokens[i]; parents[i] is a node index < i, or -1 for a child of the root. Siblings hold different
 * tokens. One target pass evaluates the root and all nodes. The walk draws from the root's logits with the sampler;
 * while the drawn token is a child of the current node that child is accepted. While it runs, each leaf but the first
 * takes an unused sequence id, the highest first, and gives it back.
 *
 * Outputs: path[0..*n_accepted-1] = accepted node indices (path holds n entries); *next = the cycle's own token (drawn,
 * not decoded). Afterwards the sequence holds the root and the accepted nodes: positions 0..position+*n_accepted. If
 * `features` is not NULL it receives 1 + *n_accepted rows: the root's and the accepted nodes'. The walk ends at an
 * accepted end-of-generation token; then nothing more is drawn and *next = -1. n = 0 is plain decoding. GTO_E_ARGUMENT:
 * more leaves than n_seq_max - 1, parents out of order, a token outside the vocabulary. GTO_E_CONTEXT: no room (nothing
 * changed).
 */
GTO_API gto_status gto_session_verify(gto_session * session, int32_t seq, int32_t position, int32_t root, int32_t n,
                                      const int32_t * tokens, const int32_t * parents, gto_sampler * sampler,
                                      gto_features * features, int32_t * path, int32_t * n_accepted, int32_t * next);

/**
 * The same for the trees of n_requests >= 1 requests in one target pass, which holds all roots and nodes: at most
 * n_batch rows. Request i is of sequence seqs[i] (each a different one), whose end is positions[i], with root roots[i],
 * sampler samplers[i], and features[i] (NULL: none; features = NULL: none at all). Its nodes are node_begin[i] ..
 * node_begin[i+1] of `tokens` and `parents` (node_begin has n_requests + 1 entries); its parents and path count from
 * its own first node. draws: for each node its draw in drawn[i] if it is a drawn child (see drawn_children.h), else -1;
 * draws = NULL: there are none; drawn = NULL or drawn[i] = NULL: that request has none. A node has one drawn child at
 * most, whose draw couldn't have given its siblings' tokens. Where the walk meets a node with a drawn child it accepts
 * that child or draws by that rule, with the sampler's distribution as p; else it does what gto_session_verify does.
 * Outputs: its path from path[node_begin[i]] on (`path` holds as many entries as there are nodes),
 * n_accepted[i], next[i], and status[i]: GTO_OK, or why its walk failed (GTO_E_NUMERIC: its logits are not finite;
 * GTO_E_ARGUMENT: its sampler allows no token). A request that failed holds its past and nothing more, gets no features
 * and sets no other output; what its sampler drew is lost. The others are as if it hadn't been there. The call itself
 * fails, and nothing has changed, with GTO_E_ARGUMENT (any request as above), GTO_E_CONTEXT (no room, or too few unused
 * sequences for the leaves: all trees' leaves less one each) or GTO_E_INTERNAL.
 */
GTO_API gto_status gto_session_verify_many(gto_session * session, int32_t n_requests, const int32_t * seqs,
                                           const int32_t * positions, const int32_t * roots, const int32_t * node_begin,
                                           const int32_t * tokens, const int32_t * parents,
                                           gto_sampler * const * samplers, gto_features * const * features,
                                           const int32_t * draws, gto_drawn_children * const * drawn, int32_t * path,
                                           int32_t * n_accepted, int32_t * next, gto_status * status);
/** Why request i of the last verification failed; "" if it didn't. Valid until the session's next verification. */
GTO_API const char * gto_session_verify_error(const gto_session * session, int32_t request);

#ifdef __cplusplus
}
#endif
#endif
