package org.gto4j.gto;

import java.util.Objects;
import java.util.stream.IntStream;
import org.gto4j.model.DraftSession;
import org.gto4j.tree.Children;

/** log M0 of accepted paths: one call of the session a depth, for all positions. */
final class ReferencePaths {
    private ReferencePaths() {}

    /**
     * Log-probabilities of tokens after trunk rows.
     *
     * @param session holds the text's trunk rows, those asked for as roots; its nodes are dropped
     * @param rows trunk rows t
     * @param paths for each its tokens, the first one at t+2
     * @return sum of log-probabilities of each, 0 for an empty path
     */
    static double[] logProbs(DraftSession session, int[] rows, int[][] paths) {
        session.truncate(session.rows());
        double[] sums = new double[rows.length];
        int[] node = new int[rows.length];
        for (int depth = 0; ; depth++) {
            int reached = depth;
            int[] active = IntStream.range(0, rows.length)
                    .filter(i -> paths[i].length > reached)
                    .toArray();
            if (active.length == 0) {
                return sums;
            }
            int[] query = IntStream.of(active).map(i -> paths[i][reached]).toArray();
            Children children;
            if (depth == 0) {
                children = session.roots(IntStream.of(active).map(i -> rows[i]).toArray(), 1, query);
            } else {
                int[] parents = IntStream.of(active)
                        .map(i -> reached == 1 ? -1 - rows[i] : node[i])
                        .toArray();
                int[] tokens =
                        IntStream.of(active).map(i -> paths[i][reached - 1]).toArray();
                children = session.expand(parents, tokens, 1, query);
            }
            float[] asked = Objects.requireNonNull(children.queryLogProbs());
            for (int k = 0; k < active.length; k++) {
                sums[active[k]] += asked[k];
                node[active[k]] = children.firstNode() + k;
            }
        }
    }
}
