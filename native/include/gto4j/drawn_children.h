/**
 * Drawn children: children of draft nodes that are drawn at random, kept from drawing until verification.
 *
 * Below a node some children are fixed, e.g. the draft's m most probable ones, and one child x is drawn from q', the
 * draft's distribution over the rest of its vocabulary: q'(v) = exp(z_v / temperature) / sum over the rest. With p, the
 * target's distribution at the node as the sampler leaves it, verification accepts x with probability min(1,
 * p(x) / q'(x)), and draws y from (p - q')+ / sum (p - q')+ otherwise. Either way the token has the law p, and it is in
 * the tree with probability  sum over the fixed children of p + sum over the rest of min(p, q')  (arXiv 2502.18779).
 *
 * That holds if whether the child is in the tree doesn't depend on its token (arXiv 2609.21827), nor on what is known
 * because of its token; which fixed children are beside it may.
 *
 * The draft's weights of a draw (4 bytes a token of the draft's vocabulary) are kept on the host, whatever the device.
 * One thread at a time.
 */
#ifndef GTO4J_DRAWN_CHILDREN_H
#define GTO4J_DRAWN_CHILDREN_H

#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_drawn_children gto_drawn_children;

/**
 * None, for drafts of a target. temperature: the draft's, at least 0.01. seed fixes two random streams, one that draws
 * children and one that accepts them; neither is that of a sampler with the same seed.
 */
GTO_API gto_status gto_drawn_children_open(const gto_target * target, float temperature, uint32_t seed,
                                           gto_drawn_children ** out);
GTO_API void gto_drawn_children_free(gto_drawn_children * drawn);
/** Forgets all draws, e.g. before the next tree; the random streams go on. */
GTO_API gto_status gto_drawn_children_clear(gto_drawn_children * drawn);
/** Draws held; their numbers are 0..count-1. 0 for NULL. */
GTO_API int32_t gto_drawn_children_count(const gto_drawn_children * drawn);
/** q'(token) of a draw, 0 for tokens that it can't give: for tests. */
GTO_API gto_status gto_drawn_children_probability(const gto_drawn_children * drawn, int32_t draw, int32_t token,
                                                  double * q);

#ifdef __cplusplus
}
#endif
#endif
