package org.gto4j.train;

import java.util.List;

/**
 * What Phase II adds to the loss on one text.
 *
 * @param onText [rows][passes]: the trainer adds -weight * log M(x[t+2+j]) along the text, where the token loss's own
 *     passes are
 * @param walked paths that leave the text
 */
public record PolicyWeights(float[][] onText, List<Walked> walked) {
    /**
     * Adds -weight * log M(path).
     *
     * @param row trunk row t below which the path starts
     * @param tokens at t+2 and so on
     */
    public record Walked(int row, int[] tokens, float weight) {}

    /** All weights times a factor. */
    public PolicyWeights times(float factor) {
        for (float[] row : onText) {
            for (int j = 0; j < row.length; j++) {
                row[j] *= factor;
            }
        }
        return new PolicyWeights(
                onText,
                walked.stream()
                        .map(path -> new Walked(path.row(), path.tokens(), path.weight() * factor))
                        .toList());
    }
}
