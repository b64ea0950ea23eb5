package org.gto4j.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a checkpoint better than its config.json says it.
 *
 * @param ropeTheta base of the rotary positions; null: that of config.json. EAGLE, SpecForge and AngelSlim trained many
 *     drafts with 10000, whatever their config.json says
 * @param ropeScaling whether positions are scaled as config.json says; the same codes trained drafts without
 * @param taps blocks of the target whose inputs are the features; null: those of config.json, else 2, half of the
 *     target's blocks, and the third last one
 */
public record ImportOptions(
        @Nullable Float ropeTheta,
        boolean ropeScaling,
        @Nullable List<Integer> taps) {
    /** Checks values. */
    public ImportOptions {
        if (ropeTheta != null) {
            Arguments.check(
                    ropeTheta > 0 && Float.isFinite(ropeTheta),
                    "ropeTheta must be a positive number, found %s",
                    ropeTheta);
        }
        if (taps != null) {
            taps = List.copyOf(taps);
            Arguments.check(taps.size() == 3, "taps must be three blocks, found %s", taps);
        }
    }

    /** A builder: all as config.json says. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link ImportOptions}. */
    public static final class Builder {
        private @Nullable Float ropeTheta;
        private boolean ropeScaling = true;
        private @Nullable List<Integer> taps;

        private Builder() {}

        /** Base of the rotary positions. */
        public Builder ropeTheta(float value) {
            ropeTheta = value;
            return this;
        }

        /** Whether positions are scaled as config.json says. */
        public Builder ropeScaling(boolean value) {
            ropeScaling = value;
            return this;
        }

        /** Three tapped blocks. */
        public Builder taps(int... layers) {
            taps = Arrays.stream(Objects.requireNonNull(layers, "layers"))
                    .boxed()
                    .toList();
            return this;
        }

        /** The options; a {@link org.gto4j.error.GtoException} of kind ARGUMENT names what is wrong. */
        public ImportOptions build() {
            return new ImportOptions(ropeTheta, ropeScaling, taps);
        }
    }
}
