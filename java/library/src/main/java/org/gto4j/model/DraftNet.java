package org.gto4j.model;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.gto4j.common.Arguments;
import org.gto4j.common.RecordValues;
import org.jspecify.annotations.Nullable;

/**
 * The net of a draft, without its weights.
 *
 * @param width of the net, which needn't be the target's hidden size
 * @param heads attention heads
 * @param kvHeads key and value heads
 * @param headDim width of a head, even
 * @param feedForward width of the feed-forward net
 * @param context positions that it was made for
 * @param taps the three target blocks whose inputs are the features
 * @param parts what it has beside the plain net
 * @param ropeBase base of the rotary position embedding
 * @param ropeScaling how positions are scaled
 * @param rmsEpsilon epsilon of the RMS norms
 * @param embedding type of an embedding of its own; null: it uses the target's
 */
public record DraftNet(
        int width,
        int heads,
        int kvHeads,
        int headDim,
        int feedForward,
        int context,
        int[] taps,
        Set<DraftNetPart> parts,
        float ropeBase,
        RopeScaling ropeScaling,
        float rmsEpsilon,
        @Nullable DraftFileType embedding) {
    /** Checks that there are three taps; the target decides on the rest ({@link DraftModel#create}). */
    public DraftNet {
        Objects.requireNonNull(ropeScaling, "ropeScaling");
        taps = taps.clone();
        parts = Set.copyOf(parts);
        Arguments.length("taps", taps.length, 3);
    }

    /** Tapped blocks; a copy. */
    @Override
    public int[] taps() {
        return taps.clone();
    }

    /** Whether it has a part. */
    public boolean has(DraftNetPart part) {
        return parts.contains(part);
    }

    /** A builder: no parts, plain RoPE of base 10000, epsilon 1e-5, the target's embedding, unless said otherwise. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a {@link DraftNet}. */
    public static final class Builder {
        private int width;
        private int heads;
        private int kvHeads;
        private int headDim;
        private int feedForward;
        private int context;
        private int @Nullable [] taps;
        private Set<DraftNetPart> parts = EnumSet.noneOf(DraftNetPart.class);
        private float ropeBase = 10_000;
        private RopeScaling ropeScaling = RopeScaling.plain();
        private float rmsEpsilon = 1e-5f;
        private @Nullable DraftFileType embedding;

        private Builder() {}

        /** Width of the net. */
        public Builder width(int value) {
            width = value;
            return this;
        }

        /** Attention heads, those of keys and values, and their width. */
        public Builder heads(int all, int ofKeysAndValues, int dim) {
            heads = all;
            kvHeads = ofKeysAndValues;
            headDim = dim;
            return this;
        }

        /** Width of the feed-forward net. */
        public Builder feedForward(int value) {
            feedForward = value;
            return this;
        }

        /** Positions that it was made for. */
        public Builder context(int value) {
            context = value;
            return this;
        }

        /** Three tapped blocks, e.g. {@link TargetModel#defaultTaps()}. */
        public Builder taps(int... layers) {
            taps = layers;
            return this;
        }

        /** What it has beside the plain net. */
        public Builder parts(Set<DraftNetPart> value) {
            parts = value;
            return this;
        }

        /** Rotary positions. */
        public Builder rope(float base, RopeScaling scaling) {
            ropeBase = base;
            ropeScaling = scaling;
            return this;
        }

        /** Epsilon of the RMS norms. */
        public Builder rmsEpsilon(float value) {
            rmsEpsilon = value;
            return this;
        }

        /** Type of an embedding of its own; null: it uses the target's. */
        public Builder embedding(@Nullable DraftFileType type) {
            embedding = type;
            return this;
        }

        /** The net. */
        public DraftNet build() {
            Arguments.check(taps != null, "a net needs taps");
            return new DraftNet(
                    width,
                    heads,
                    kvHeads,
                    headDim,
                    feedForward,
                    context,
                    Objects.requireNonNull(taps, "taps"),
                    parts,
                    ropeBase,
                    ropeScaling,
                    rmsEpsilon,
                    embedding);
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
