package org.gto4j.model;

import java.util.Objects;
import org.gto4j.common.Arguments;

/**
 * How a net scales rotary positions; what the kind has no use for is 0.
 *
 * @param kind how
 * @param factor what positions are divided by, above 0
 * @param attentionFactor of YARN: of cosines and sines, beside 1 + 0.1 log(factor)
 * @param betaFast of YARN: turns within the original context from which on a pair isn't divided
 * @param betaSlow of YARN: turns up to which a pair is divided
 * @param lowFrequencyFactor of LLAMA3: longer waves than the original context over it are divided
 * @param highFrequencyFactor of LLAMA3: shorter waves than the original context over it aren't
 * @param originalContext of YARN and LLAMA3: positions that the base was made for
 */
public record RopeScaling(
        Kind kind,
        float factor,
        float attentionFactor,
        float betaFast,
        float betaSlow,
        float lowFrequencyFactor,
        float highFrequencyFactor,
        int originalContext) {
    /** YARN's usual turns. */
    public static final float BETA_FAST = 32;

    /** YARN's usual turns. */
    public static final float BETA_SLOW = 1;

    /** Ways to scale. */
    public enum Kind {
        /** Not at all. */
        PLAIN,
        /** All positions are divided. */
        LINEAR,
        /** Slow pairs are divided, fast ones aren't (arXiv 2309.00071), as llama.cpp does it. */
        YARN,
        /** As Llama 3.1 does it, by wave lengths. */
        LLAMA3,
        /** By factors of the target's file that no other kind makes; no draft can be made so by hand. */
        FACTORS
    }

    /** Checks what the kind uses. */
    public RopeScaling {
        Objects.requireNonNull(kind, "kind");
        if (kind != Kind.PLAIN && kind != Kind.FACTORS) {
            positive("factor", factor);
        }
        if (kind == Kind.YARN) {
            positive("attentionFactor", attentionFactor);
            positive("betaFast", betaFast);
            positive("betaSlow", betaSlow);
        }
        if (kind == Kind.LLAMA3) {
            positive("lowFrequencyFactor", lowFrequencyFactor);
            positive("highFrequencyFactor", highFrequencyFactor);
            Arguments.check(
                    highFrequencyFactor > lowFrequencyFactor,
                    "highFrequencyFactor must be more than lowFrequencyFactor, found %s and %s",
                    highFrequencyFactor,
                    lowFrequencyFactor);
        }
        if (kind == Kind.YARN || kind == Kind.LLAMA3) {
            Arguments.atLeast("originalContext", originalContext, 1);
        }
    }

    /** No scaling. */
    public static RopeScaling plain() {
        return new RopeScaling(Kind.PLAIN, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Positions divided by a factor. */
    public static RopeScaling linear(float factor) {
        return new RopeScaling(Kind.LINEAR, factor, 0, 0, 0, 0, 0, 0);
    }

    /** YARN. */
    public static RopeScaling yarn(
            float factor, float attentionFactor, float betaFast, float betaSlow, int originalContext) {
        return new RopeScaling(Kind.YARN, factor, attentionFactor, betaFast, betaSlow, 0, 0, originalContext);
    }

    /** Llama 3.1's. */
    public static RopeScaling llama3(
            float factor, float lowFrequencyFactor, float highFrequencyFactor, int originalContext) {
        return new RopeScaling(Kind.LLAMA3, factor, 0, 0, 0, lowFrequencyFactor, highFrequencyFactor, originalContext);
    }

    /** Factors of the target's file. */
    static RopeScaling ofFactors() {
        return new RopeScaling(Kind.FACTORS, 0, 0, 0, 0, 0, 0, 0);
    }

    private static void positive(String name, float value) {
        Arguments.check(value > 0 && Float.isFinite(value), "%s must be a positive number, found %s", name, value);
    }
}
