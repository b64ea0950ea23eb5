package org.gto4j.model;

import java.util.List;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * A micro-batch of the training-time test (TTT).
 *
 * <p>Trunk row t of a sequence of L tokens (t = 0..L-2) takes token x[t+1]; pass j = 0..passes-1 of it predicts
 * x[t+2+j].
 *
 * @param sequences at least one
 * @param passes TTT passes, 1..16
 * @param stepDecay the token loss of pass j weighs stepDecay^j
 * @param missDecay in (0, 1]: a row's token loss weighs missDecay times as much after each pass whose text token isn't
 *     the one that the draft finds likeliest; 1 = off. There the text leaves the draft's greedy path
 * @param keepTopK a row leaves after a pass whose text token is not among the draft's k best; 0 = never
 * @param meanOverAll average over all response rows instead of unmasked pairs
 * @param loss the token loss
 * @param tokenWeight factor of the token loss; 0 = policy term only
 */
public record TrainingBatch(
        List<Sequence> sequences,
        int passes,
        float stepDecay,
        float missDecay,
        int keepTopK,
        boolean meanOverAll,
        TokenLoss loss,
        float tokenWeight) {
    /** Most TTT passes. */
    public static final int MAX_PASSES = 16;

    /** Checks the ranges and that policy weights fit the passes. */
    public TrainingBatch {
        sequences = List.copyOf(sequences);
        Objects.requireNonNull(loss, "loss");
        Arguments.atLeast("number of sequences", sequences.size(), 1);
        Arguments.inRange("passes", passes, 1, MAX_PASSES);
        Arguments.check(
                stepDecay >= 0 && Float.isFinite(stepDecay), "stepDecay must be at least 0, found %s", stepDecay);
        Arguments.check(missDecay > 0 && missDecay <= 1, "missDecay must be in (0, 1], found %s", missDecay);
        Arguments.atLeast("keepTopK", keepTopK, 0);
        Arguments.check(Float.isFinite(tokenWeight), "tokenWeight must be finite, found %s", tokenWeight);
        for (int s = 0; s < sequences.size(); s++) {
            float[][] weights = sequences.get(s).policyWeights();
            for (int t = 0; weights != null && t < weights.length; t++) {
                Arguments.check(
                        weights[t].length == passes,
                        "policy weights of sequence %d, row %d must have %d entries, found %d",
                        s,
                        t,
                        passes,
                        weights[t].length);
            }
        }
    }

    /**
     * One sequence of L tokens.
     *
     * @param features at least L rows, with hidden states
     * @param tokens x[0..L-1], L at least 2
     * @param lossMask L entries: true where the token is in a response
     * @param argmax L entries: the target's argmax after the token, -1 if unknown (masked)
     * @param policyWeights L rows of one weight a pass: the policy term is -weight * log M; null = no policy term
     */
    public record Sequence(
            Features features, int[] tokens, boolean[] lossMask, int[] argmax, float @Nullable [][] policyWeights) {
        /** Checks that the lengths agree. */
        public Sequence(
                Features features, int[] tokens, boolean[] lossMask, int[] argmax, float @Nullable [][] policyWeights) {
            Arguments.atLeast("tokens of a sequence", tokens.length, 2);
            Arguments.length("lossMask", lossMask.length, tokens.length);
            Arguments.length("argmax", argmax.length, tokens.length);
            if (policyWeights != null) {
                Arguments.length("policyWeights", policyWeights.length, tokens.length);
            }
            this.features = features;
            this.tokens = tokens;
            this.lossMask = lossMask;
            this.argmax = argmax;
            this.policyWeights = policyWeights;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return RecordValues.equal(this, other);
        }

        @Override
        public int hashCode() {
            return RecordValues.hash(this);
        }

        @Override
        public String toString() {
            return RecordValues.text(this);
        }
    }

    /**
     * A builder with the defaults: 7 passes, decay 0.8, none by misses, keep 0, mean over unmasked pairs, soft
     * cross-entropy, token weight 1.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a {@link TrainingBatch}. */
    public static final class Builder {
        private List<Sequence> sequences = List.of();
        private int passes = 7;
        private float stepDecay = 0.8f;
        private float missDecay = 1;
        private int keepTopK;
        private boolean meanOverAll;
        private TokenLoss loss = TokenLoss.crossEntropy();
        private float tokenWeight = 1;

        private Builder() {}

        /** The sequences, at least one. */
        public Builder sequences(List<Sequence> list) {
            sequences = list;
            return this;
        }

        /** TTT passes, 1..16. */
        public Builder passes(int passes) {
            this.passes = passes;
            return this;
        }

        /** Weight of pass j is decay^j. */
        public Builder stepDecay(float decay) {
            stepDecay = decay;
            return this;
        }

        /** A row's weight falls by this factor with each pass that missed, in (0, 1]; 1 = off. */
        public Builder missDecay(float decay) {
            missDecay = decay;
            return this;
        }

        /** Rows leave once their token isn't among the k best; 0 = never. */
        public Builder keepTopK(int k) {
            keepTopK = k;
            return this;
        }

        /** Average over all response rows instead of unmasked pairs. */
        public Builder meanOverAll(boolean all) {
            meanOverAll = all;
            return this;
        }

        /** The token loss. */
        public Builder loss(TokenLoss tokenLoss) {
            loss = tokenLoss;
            return this;
        }

        /** Factor of the token loss. */
        public Builder tokenWeight(float weight) {
            tokenWeight = weight;
            return this;
        }

        /** The batch; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public TrainingBatch build() {
            return new TrainingBatch(sequences, passes, stepDecay, missDecay, keepTopK, meanOverAll, loss, tokenWeight);
        }
    }
}
