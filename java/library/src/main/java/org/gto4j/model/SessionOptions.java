package org.gto4j.model;

import org.gto4j.common.Arguments;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link TargetSession} is opened.
 *
 * @param context KV cells, shared by all sequences, at least 8
 * @param batch most rows of one decode, at least 1
 * @param sequences sequence ids are 0..sequences-1; 1..256 (verifying a tree needs 1 + its number of leaves)
 * @param taps the three blocks whose inputs are features, ascending; null reads none
 * @param hidden read the final hidden state of output rows too
 * @param manyTexts the sequences hold unrelated texts: each has {@code context / sequences} cells of its own (rounded
 *     up to a multiple of 256), so that attention never looks at another's. A decode then takes rows of one sequence,
 *     or one row each of several in ascending order; sequences can't be copied and trees not verified
 * @param cacheType of keys and values; null = as the target's {@link TargetOptions} say
 * @param flashAttention how attention is computed; null = as the target's options say
 */
public record SessionOptions(
        int context,
        int batch,
        int sequences,
        int @Nullable [] taps,
        boolean hidden,
        boolean manyTexts,
        @Nullable CacheType cacheType,
        @Nullable FlashAttention flashAttention) {
    /** Checks the ranges. */
    public SessionOptions(
            int context,
            int batch,
            int sequences,
            int @Nullable [] taps,
            boolean hidden,
            boolean manyTexts,
            @Nullable CacheType cacheType,
            @Nullable FlashAttention flashAttention) {
        Arguments.atLeast("context", context, 8);
        Arguments.atLeast("batch", batch, 1);
        Arguments.inRange("sequences", sequences, 1, 256);
        if (taps != null) {
            Arguments.length("taps", taps.length, 3);
            taps = taps.clone();
        }
        this.context = context;
        this.batch = batch;
        this.sequences = sequences;
        this.taps = taps;
        this.hidden = hidden;
        this.manyTexts = manyTexts;
        this.cacheType = cacheType;
        this.flashAttention = flashAttention;
    }

    /** The blocks whose inputs are features; a copy, or null. */
    @Override
    public int @Nullable [] taps() {
        return taps == null ? null : taps.clone();
    }

    /**
     * A builder with the defaults: context 4096, batch 512, 64 sequences, no taps, no hidden state, one text or related
     * ones, keys, values and attention as the target's options say.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link SessionOptions}. */
    public static final class Builder {
        private int context = 4096;
        private int batch = 512;
        private int sequences = 64;
        private int @Nullable [] taps;
        private boolean hidden;
        private boolean manyTexts;
        private @Nullable CacheType cacheType;
        private @Nullable FlashAttention flashAttention;

        private Builder() {}

        /** KV cells, at least 8. */
        public Builder context(int cells) {
            context = cells;
            return this;
        }

        /** Most rows of one decode, at least 1. */
        public Builder batch(int rows) {
            batch = rows;
            return this;
        }

        /** Number of sequences, 1..256. */
        public Builder sequences(int count) {
            sequences = count;
            return this;
        }

        /** Blocks whose inputs are features (three), or null. */
        public Builder taps(int @Nullable [] layers) {
            taps = layers;
            return this;
        }

        /** Whether the final hidden state is read. */
        public Builder hidden(boolean read) {
            hidden = read;
            return this;
        }

        /** The type of keys and values; null = as the target's options say. */
        public Builder cacheType(@Nullable CacheType type) {
            cacheType = type;
            return this;
        }

        /** F32 keys and values, or those that the target's options say. */
        public Builder f32Cache(boolean f32) {
            return cacheType(f32 ? CacheType.F32 : null);
        }

        /** How attention is computed; null = as the target's options say. */
        public Builder flashAttention(@Nullable FlashAttention how) {
            flashAttention = how;
            return this;
        }

        /** Whether the sequences hold unrelated texts. */
        public Builder manyTexts(boolean unrelated) {
            manyTexts = unrelated;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public SessionOptions build() {
            return new SessionOptions(context, batch, sequences, taps, hidden, manyTexts, cacheType, flashAttention);
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
