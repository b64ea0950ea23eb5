package org.gto4j.tree;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How probable a draft node's children are, by the draft and by the text. q are the draft's probabilities of a node's
 * best children, r what it leaves to all others, n(v) how many tokens of the path to v, v not counted, stood before v
 * in the text ({@link TextNgrams#match}):
 *
 * <pre>
 * p(v) = q(v)^{@link #DRAFT} e^{@link #STOOD}[n(v) + 1] / Z,  Z = the same over those children + r^{@link #DRAFT} e^{@link #OTHERS}
 * </pre>
 *
 * <p>The weights are fitted on replayed texts (docs/tau.md says how). They go {@link #SHARE} of the way from the
 * draft's own probabilities to those of the greatest likelihood: all of it is a little better in trees without a lookup
 * branch, and worse in small trees with one.
 */
final class NodeScorer {
    private static final double SHARE = 0.7;
    private static final double DRAFT = 1 - SHARE * (1 - 0.77);
    /** Of a token that isn't in the text, one that is, and one behind 1, 2, ... {@link TextNgrams#MOST} tokens. */
    private static final double[] STOOD = DoubleStream.of(0, 0.51, 1.28, 2.23, 2.88, 3.36, 5.08)
            .map(fitted -> SHARE * fitted)
            .toArray();

    private static final double OTHERS = SHARE * 1.37;
    private static final double LEAST_REST = 1e-4;

    private final TextNgrams text;
    private final Ranking ranking = new Ranking();

    NodeScorer(TextNgrams text) {
        this.text = text;
    }

    /**
     * Children with these probabilities instead of the draft's, best first; ties go to the draft's order.
     *
     * @param children of the draft
     * @param most children of a row that are kept
     * @param paths to each row's node, see {@link TextNgrams#lastOf}
     */
    Children score(Children children, int most, int[][] paths) {
        int offered = children.k();
        int kept = Math.min(most, offered);
        int[] tokens = new int[children.rows() * kept];
        float[] logProbs = new float[tokens.length];
        for (int row = 0; row < children.rows(); row++) {
            float[] scores = scores(children, row, paths[row]);
            int[] best = ranking.best(scores, 0, offered, kept);
            for (int i = 0; i < kept; i++) {
                tokens[row * kept + i] = children.tokens()[row * offered + best[i]];
                logProbs[row * kept + i] = scores[best[i]];
            }
        }
        return new Children(children.firstNode(), kept, tokens, logProbs, children.queryLogProbs());
    }

    /** Log of p(v) of a row's children. */
    private float[] scores(Children children, int row, int[] path) {
        double[] scores = new double[children.k()];
        double rest = 1;
        for (int i = 0; i < scores.length; i++) {
            int at = row * children.k() + i;
            double logProb = children.logProb(at);
            rest -= Math.exp(logProb);
            scores[i] = DRAFT * logProb + STOOD[text.match(path, children.tokens()[at]) + 1];
        }
        double others = DRAFT * Math.log(Math.max(rest, LEAST_REST)) + OTHERS;
        double top = Math.max(others, Arrays.stream(scores).max().orElse(others));
        double sum = Math.exp(others - top);
        for (double score : scores) {
            sum += Math.exp(score - top);
        }
        double logSum = top + Math.log(sum);
        float[] logProbs = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            logProbs[i] = (float) Math.min(0, scores[i] - logSum);
        }
        return logProbs;
    }
}
