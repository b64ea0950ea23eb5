/**
 * The target's head alone: logits from hidden states that features hold, without a pass of the target. For simulated
 * decoding of sampled texts.
 */
#ifndef GTO4J_TARGET_HEAD_H
#define GTO4J_TARGET_HEAD_H

#include "features.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_target_head gto_target_head;

/**
 * Reads the head's rows from the target's file, in the file's own type; they lie on the host. GTO_E_FORMAT: the hidden
 * state before the head can't be read (gto_target_info), or the head's type can't.
 */
GTO_API gto_status gto_target_head_open(const gto_target * target, gto_target_head ** out);
GTO_API void gto_target_head_free(gto_target_head * head);
/**
 * The target's logits of the token after each of n rows of features from row `first` on: logits[n][n_vocab], F32. Sums
 * are in F32 over the head's rows as F32, so that they differ from a pass's by its kernels' rounding. Several threads
 * may ask one head. GTO_E_ARGUMENT: the features have no hidden states, are of another width, or have no such rows.
 */
GTO_API gto_status gto_target_head_logits(const gto_target_head * head, const gto_features * features, int32_t first,
                                          int32_t n, float * logits);

#ifdef __cplusplus
}
#endif
#endif
