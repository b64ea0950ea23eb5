package org.gto4j.tree;

import java.util.stream.IntStream;
import org.gto4j.error.GtoException;

/**
 * The dynamic trees of all smaller sizes that one grown tree holds: growing goes on the same way whatever the final
 * size is, so the tree of depth d and n nodes is the n best of the candidates down to depth d.
 */
public final class NestedTrees {
    private static final int MOST_DEPTHS = 10_000;

    private NestedTrees() {}

    /**
     * How large a tree must be to hold a path.
     *
     * @param candidates all of a growing, i.e. a {@link DynamicTree} with room for every candidate
     * @param path nodes, from the root's child downwards
     * @param depths deepest tree asked for, 1..10000
     * @return [depths][path length]: entry [d-1][k-1] is the least number of nodes with which the tree of depth d holds
     *     the path's first k nodes; {@link Integer#MAX_VALUE} if d is below k
     */
    public static int[][] sizes(DraftTree candidates, int[] path, int depths) {
        check(depths);
        for (int node : path) {
            if (node < 0 || node >= candidates.size()) {
                throw new GtoException(
                        GtoException.Kind.ARGUMENT,
                        "path: expected nodes 0.." + (candidates.size() - 1) + ", found " + node);
            }
        }
        int[] depth = depths(candidates);
        int[][] sizes = new int[depths][path.length];
        for (int k = 0; k < path.length; k++) {
            int[] before = new int[depths + 1];
            for (int node = 0; node < depth.length; node++) {
                if (depth[node] <= depths && isBefore(candidates.scores(), node, path[k])) {
                    before[depth[node]]++;
                }
            }
            int rank = 0;
            for (int d = 1; d <= depths; d++) {
                rank += before[d];
                sizes[d - 1][k] = d > k ? rank + 1 : Integer.MAX_VALUE;
            }
        }
        return sizes;
    }

    /**
     * How large a tree must be to ask for the children of its layers' best nodes.
     *
     * @param candidates as above
     * @param topK nodes of a layer that may have children
     * @param depths deepest tree asked for, 1..10000
     * @return [depths - 1][nodes of the layer, topK at most]: entry [d-1] holds the least numbers of nodes with which
     *     trees deeper than d expand layer d's
     */
    public static int[][] expanded(DraftTree candidates, int topK, int depths) {
        check(depths);
        int[] depth = depths(candidates);
        int[][] sizes = new int[depths - 1][];
        for (int d = 1; d < depths; d++) {
            int layer = d;
            int[] nodes = IntStream.range(0, depth.length)
                    .filter(node -> depth[node] == layer)
                    .toArray();
            sizes[d - 1] = IntStream.of(nodes)
                    .filter(node -> rank(candidates, node, nodes) < topK)
                    .map(node -> 1
                            + rank(
                                    candidates,
                                    node,
                                    IntStream.range(0, depth.length)
                                            .filter(other -> depth[other] <= layer)
                                            .toArray()))
                    .toArray();
        }
        return sizes;
    }

    private static void check(int depths) {
        if (depths < 1 || depths > MOST_DEPTHS) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, "depths: expected 1.." + MOST_DEPTHS + ", found " + depths);
        }
    }

    private static int[] depths(DraftTree tree) {
        int[] depth = new int[tree.size()];
        for (int node = 0; node < depth.length; node++) {
            depth[node] = tree.parents()[node] < 0 ? 1 : depth[tree.parents()[node]] + 1;
        }
        return depth;
    }

    /** How many of some nodes come before one. */
    private static int rank(DraftTree tree, int node, int[] among) {
        int before = 0;
        for (int other : among) {
            before += isBefore(tree.scores(), other, node) ? 1 : 0;
        }
        return before;
    }

    /** The order of {@link Ranking}. */
    private static boolean isBefore(float[] scores, int first, int second) {
        return scores[first] > scores[second] || (scores[first] == scores[second] && first < second);
    }
}
