package org.gto4j.train;

import java.util.stream.IntStream;

import org.gto4j.DraftSession;
import org.gto4j.tree.Children;

/** log M0 of the text's own continuations: one call of the session a depth, for all positions. */
final class ReferencePaths {
    private ReferencePaths() {
    }

    /**
     * Log-probabilities of the text after trunk rows.
     *
     * @param session holds the text's trunk rows, those asked for as roots; its nodes are dropped
     * @param text    tokens
     * @param rows    trunk rows t
     * @param lengths l of each: tokens x[t+2..t+1+l]
     * @return sum of log-probabilities of each, 0 where l = 0
     */
    static double[] logProbs(DraftSession session, int[] text, int[] rows, int[] lengths) {
        session.truncate(session.rows());
        double[] sums = new double[rows.length];
        int[] node = new int[rows.length];
        for (int depth = 0; ; depth++) {
            int reached = depth;
            int[] active = IntStream.range(0, rows.length).filter(i -> lengths[i] > reached).toArray();
            if (active.length == 0) {
                return sums;
            }
            int[] query = IntStream.of(active).map(i -> text[rows[i] + 2 + reached]).toArray();
            Children children;
            if (depth == 0) {
                children = session.roots(IntStream.of(active).map(i -> rows[i]).toArray(), 1, query);
            } else {
                int[] parents = IntStream.of(active).map(i -> reached == 1 ? -1 - rows[i] : node[i]).toArray();
                int[] tokens = IntStream.of(active).map(i -> text[rows[i] + 1 + reached]).toArray();
                children = session.expand(parents, tokens, 1, query);
            }
            for (int k = 0; k < active.length; k++) {
                sums[active[k]] += children.queryLogProbs()[k];
                node[active[k]] = children.firstNode() + k;
            }
        }
    }
}
