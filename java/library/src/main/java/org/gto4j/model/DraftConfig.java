package org.gto4j.model;

import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * What a new draft is made of.
 *
 * @param vocabulary target ids of the draft's vocabulary, ascending and different: draft id -> target id
 * @param taps the three target blocks whose inputs are the draft's features
 * @param init where the weights come from
 * @param seed of the random weights
 */
public record DraftConfig(int[] vocabulary, int[] taps, Init init, long seed) {
    /** Where first weights come from. */
    public enum Init {
        /** normal(0, 0.02), norms 1. */
        RANDOM,
        /**
         * The target's last block, its head rows and output norm, as far as it has them in a draft's shape
         * ({@link DraftModel#partsOf}), fc as a pass-through of the highest tap.
         */
        TARGET
    }

    /** Checks that the vocabulary ascends and that there are three taps. */
    public DraftConfig {
        Objects.requireNonNull(init, "init");
        vocabulary = vocabulary.clone();
        taps = taps.clone();
        Arguments.atLeast("size of the draft vocabulary", vocabulary.length, 1);
        for (int i = 1; i < vocabulary.length; i++) {
            Arguments.check(
                    vocabulary[i - 1] < vocabulary[i],
                    "draft vocabulary must ascend, found %d before %d at index %d",
                    vocabulary[i - 1],
                    vocabulary[i],
                    i);
        }
        Arguments.length("taps", taps.length, 3);
    }

    /** Target ids of the draft's vocabulary; a copy. */
    @Override
    public int[] vocabulary() {
        return vocabulary.clone();
    }

    /** Tapped blocks; a copy. */
    @Override
    public int[] taps() {
        return taps.clone();
    }

    /** A builder: {@link Init#TARGET} and seed 0 unless said otherwise; vocabulary and taps must be given. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a {@link DraftConfig}. */
    public static final class Builder {
        private int @Nullable [] vocabulary;
        private int @Nullable [] taps;
        private Init init = Init.TARGET;
        private long seed;

        private Builder() {}

        /** Target ids of the draft's vocabulary, ascending. */
        public Builder vocabulary(int... targetIds) {
            vocabulary = targetIds;
            return this;
        }

        /** Three tapped blocks, e.g. {@link TargetModel#defaultTaps()}. */
        public Builder taps(int... layers) {
            taps = layers;
            return this;
        }

        /** Where the weights come from. */
        public Builder init(Init from) {
            init = from;
            return this;
        }

        /** Seed of the random weights. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** The configuration; a {@link GtoException} of kind ARGUMENT names what is missing or out of range. */
        public DraftConfig build() {
            Arguments.check(vocabulary != null, "a draft needs a vocabulary");
            Arguments.check(taps != null, "a draft needs taps");
            return new DraftConfig(
                    Objects.requireNonNull(vocabulary, "vocabulary"), Objects.requireNonNull(taps, "taps"), init, seed);
        }
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
