package org.gto4j.train;

import org.gto4j.error.GtoException;
import org.gto4j.model.TargetInfo;

/**
 * Floating-point operations of a step, forward and backward, by kind; sizes as in EAGLE-3's net (see
 * {@code gto4j/draft.h}).
 *
 * @param layer of the products with fc, attention and feed-forward weights
 * @param attention of queries with keys and of weights with values
 * @param head of the head, the draft's and the target's
 * @param parameters trained parameters: AdamW touches each once
 */
record TrainingWork(double layer, double attention, double head, double parameters) {
    /** Forward, input gradient and weight gradient, each two operations a multiplication. */
    private static final double BOTH_WAYS = 6;

    /**
     * One sequence, all of it response, in one step.
     *
     * @param draftVocabulary at least 1
     * @param tokens of the sequence, at least 3
     * @param passes TTT passes, at least 1
     * @param kept share of rows that stay after each pass, in (0, 1]
     */
    static TrainingWork of(TargetInfo info, int draftVocabulary, int tokens, int passes, double kept) {
        if (tokens < 3 || passes < 1 || !(kept > 0 && kept <= 1)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "training work: expected tokens >= 3, passes >= 1 and kept in (0, 1], found " + tokens + ", "
                            + passes + " and " + kept);
        }
        double d = info.hidden();
        double q = (double) info.heads() * info.headDim();
        double kv = (double) info.kvHeads() * info.headDim();
        double ff = info.feedForward();
        double trunk = tokens - 1;
        double roots = tokens - 2;
        double outputs = 0;
        for (int pass = 0; pass < passes; pass++) {
            outputs += roots * Math.pow(kept, pass);
        }
        double pool = trunk + outputs - roots;
        double layer =
                BOTH_WAYS * (pool * 2 * d * (q + 2 * kv) + outputs * (q * d + 3 * d * ff)) + 4 * trunk * 3 * d * d;
        double attention = BOTH_WAYS * outputs * tokens / 2 * 2 * q;
        double head = (BOTH_WAYS * outputs + 2 * roots) * draftVocabulary * d;
        double parameters = 3 * d * d + 2 * d * (q + 2 * kv) + q * d + 3 * d * ff + 4 * d + draftVocabulary * d;
        return new TrainingWork(layer, attention, head, parameters);
    }

    double[] terms() {
        return new double[] {layer, attention, head, parameters};
    }
}
