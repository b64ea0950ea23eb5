package org.gto4j.tree;

/**
 * The dynamic trees of all smaller sizes that one grown tree holds: growing goes on the same way whatever the final size is, so the tree of depth d and n
 * nodes is the n best of the candidates down to depth d.
 */
public final class NestedTrees {
    private NestedTrees() {
    }

    /**
     * How large a tree must be to hold a path.
     *
     * @param candidates all of a growing, i.e. a {@link DynamicTree} with room for every candidate
     * @param path       nodes, from the root's child downwards
     * @param depths     deepest tree asked for, at least 1
     * @return [depths][path length]: entry [d-1][k-1] is the least number of nodes with which the tree of depth d holds the path's first k
     *         nodes; {@link Integer#MAX_VALUE} if d is below k
     */
    public static int[][] sizes(DraftTree candidates, int[] path, int depths) {
        int[] depth = new int[candidates.size()];
        for (int node = 0; node < depth.length; node++) {
            depth[node] = candidates.parents()[node] < 0 ? 1 : depth[candidates.parents()[node]] + 1;
        }
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

    /** The order of {@link Ranking}. */
    private static boolean isBefore(float[] scores, int node, int other) {
        return scores[node] > scores[other] || scores[node] == scores[other] && node < other;
    }
}
