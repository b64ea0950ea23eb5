package org.gto4j.tree;

import org.gto4j.error.GtoException;

/**
 * How large a tree that is grown layer by layer may become.
 *
 * @param depth layers of candidates, at least 1; depth - 1 calls of {@link Drafter#expand}
 * @param topK children a node and nodes a frontier, at least 1
 * @param nodes nodes kept, at least 1
 */
record TreeLimits(int depth, int topK, int nodes) {
    TreeLimits {
        if (depth < 1 || topK < 1 || nodes < 1) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a tree needs depth, topK and nodes of at least 1, found depth " + depth + ", topK " + topK
                            + ", nodes " + nodes);
        }
    }

    int mostNodes() {
        return (int) Math.min(nodes, topK + (depth - 1L) * topK * topK);
    }

    /** The root and every inner node carry at most topK nodes each, so that some nodes must be inner ones. */
    int mostLeaves() {
        int most = mostNodes();
        int inner = (most + topK - 1) / topK - 1;
        return most - inner;
    }

    int mostExpanded() {
        return Math.multiplyExact(depth - 1, topK);
    }
}
