package org.gto4j.simulation;

import java.util.HashMap;
import java.util.Map;
import org.gto4j.model.Features;
import org.gto4j.model.TargetHead;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;

/**
 * The target's distribution after the tokens of a known text at a temperature, over a draft's vocabulary: what is
 * missing to 1 have the tokens that the draft lacks. Not thread-safe.
 */
final class TextDistribution implements AutoCloseable {
    /** Rows whose logits of all tokens are held at once. */
    private static final int AT_ONCE = 16;

    private final TargetHead head;
    private final int[] vocabulary;
    private final Map<Integer, Integer> places = new HashMap<>();
    private final double temperature;
    private float[] @Nullable [] known = {};
    private @Nullable Features features;

    /**
     * @param vocabulary target ids
     * @param temperature of the target's sampler, above 0
     */
    TextDistribution(TargetModel target, int[] vocabulary, double temperature) {
        this.head = TargetHead.open(target);
        this.vocabulary = vocabulary;
        this.temperature = temperature;
        for (int i = 0; i < vocabulary.length; i++) {
            places.put(vocabulary[i], i);
        }
    }

    /** Place of a token in the vocabulary, -1 if it lacks it. */
    int place(int token) {
        return places.getOrDefault(token, -1);
    }

    /** The token at a place of the vocabulary. */
    int token(int place) {
        return vocabulary[place];
    }

    /**
     * A text begins.
     *
     * @param text its features, a row a token, with hidden states of the response and the token before it
     */
    void begins(Features text) {
        features = text;
        known = new float[text.rows()][];
    }

    /** Probabilities of the vocabulary's tokens after token {@code row} of the text; null if it has no such row. */
    float @Nullable [] after(int row) {
        if (row >= known.length || features == null) {
            return null;
        }
        if (known[row] == null) {
            int rows = Math.min(AT_ONCE, known.length - row);
            float[] logits = head.logits(features, row, rows);
            for (int i = 0; i < rows; i++) {
                known[row + i] = probabilities(logits, i * (logits.length / rows), logits.length / rows);
            }
        }
        return known[row];
    }

    private float[] probabilities(float[] logits, int first, int count) {
        float top = Float.NEGATIVE_INFINITY;
        for (int i = first; i < first + count; i++) {
            top = Math.max(top, logits[i]);
        }
        double sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += Math.exp((logits[i] - top) / temperature);
        }
        float[] probabilities = new float[vocabulary.length];
        for (int i = 0; i < vocabulary.length; i++) {
            probabilities[i] = (float) (Math.exp((logits[first + vocabulary[i]] - top) / temperature) / sum);
        }
        return probabilities;
    }

    @Override
    public void close() {
        head.close();
    }
}
