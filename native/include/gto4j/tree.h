/** Tree kernels: rewards and walks of draft trees (arXiv 2509.22134 eq. 3-5), many trees in one call. Stateless,
 *  thread-safe. */
#ifndef GTO4J_TREE_H
#define GTO4J_TREE_H

#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GTO_REWARD_LSE   0 /**< (1/eta) log sum over leaves exp(eta L_i); L_i: sum of path products to leaf i */
#define GTO_REWARD_MAX   1 /**< max over leaves L_i */
#define GTO_REWARD_MEAN  2 /**< mean over leaves L_i */
#define GTO_REWARD_EXACT 3 /**< sum over all nodes of their path product = expected accepted length */

/**
 * Rewards of n_trees trees. Tree i has nodes tree_begin[i]..tree_begin[i+1]-1 of parents[] and probabilities[];
 * tree_begin has n_trees + 1 entries, the first of them 0. parents are relative to the tree's first node, < the node's
 * own index, -1 for children of the root. probabilities[] = T(token | path), the target's, in [0, 1]. eta > 0 is read
 * by GTO_REWARD_LSE only. rewards [n_trees] are in tokens; that of an empty tree is 0. device: a CPU device whose
 * threads share the trees, or NULL: the calling thread computes.
 */
GTO_API gto_status gto_tree_rewards(gto_device * device, int32_t kind, float eta, int32_t n_trees,
                                    const int32_t * tree_begin, const int32_t * parents, const float * probabilities,
                                    float * rewards);

/**
 * Verification walks of n_trees trees, which lie as above with tokens[] of their nodes. drawn holds 1 + nodes entries a
 * tree, tree after tree: the target's own next token after the root, then after each node. While the drawn token is a
 * child of where the walk stands (the first such, if siblings hold the same token), it goes on there.
 * accepted_length[i] = nodes accepted, last_node[i] = the last of them (-1 = none), both [n_trees].
 */
GTO_API gto_status gto_tree_walks(gto_device * device, int32_t n_trees, const int32_t * tree_begin,
                                  const int32_t * parents, const int32_t * tokens, const int32_t * drawn,
                                  int32_t * accepted_length, int32_t * last_node);

#ifdef __cplusplus
}
#endif
#endif
