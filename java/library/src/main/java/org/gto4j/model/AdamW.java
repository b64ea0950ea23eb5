package org.gto4j.model;

import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;

/**
 * Settings of the optimizer, and of how its gradients are computed.
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon above 0
 * @param weightDecay decoupled, not applied to norms; at least 0
 * @param chunkRows rows of logits held at once, at least 1
 * @param precision of matrix products
 */
public record AdamW(float beta1, float beta2, float epsilon, float weightDecay, int chunkRows, Precision precision) {
    /** Checks the ranges. */
    public AdamW {
        Arguments.check(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), found %s", beta1);
        Arguments.check(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), found %s", beta2);
        Arguments.check(epsilon > 0 && Float.isFinite(epsilon), "epsilon must be above 0, found %s", epsilon);
        Arguments.check(
                weightDecay >= 0 && Float.isFinite(weightDecay),
                "weightDecay must be at least 0, found %s",
                weightDecay);
        Arguments.atLeast("chunkRows", chunkRows, 1);
        Objects.requireNonNull(precision, "precision");
    }

    /** A builder with the defaults 0.9, 0.95, 1e-8, 0, 512, {@link Precision#AUTO}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link AdamW}. */
    public static final class Builder {
        private float beta1 = 0.9f;
        private float beta2 = 0.95f;
        private float epsilon = 1e-8f;
        private float weightDecay;
        private int chunkRows = 512;
        private Precision precision = Precision.AUTO;

        private Builder() {}

        /** Decays of the two moments, each in [0, 1). */
        public Builder betas(float first, float second) {
            beta1 = first;
            beta2 = second;
            return this;
        }

        /** Above 0. */
        public Builder epsilon(float value) {
            epsilon = value;
            return this;
        }

        /** At least 0. */
        public Builder weightDecay(float value) {
            weightDecay = value;
            return this;
        }

        /** Rows of logits held at once, at least 1. */
        public Builder chunkRows(int rows) {
            chunkRows = rows;
            return this;
        }

        /** Of matrix products. */
        public Builder precision(Precision value) {
            precision = value;
            return this;
        }

        /** The settings; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public AdamW build() {
            return new AdamW(beta1, beta2, epsilon, weightDecay, chunkRows, precision);
        }
    }
}
