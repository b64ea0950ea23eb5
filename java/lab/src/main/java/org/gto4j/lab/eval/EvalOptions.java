package org.gto4j.lab.eval;

import org.gto4j.error.GtoException;

/**
 * How an {@link Evaluator} generates.
 *
 * @param maxTokens tokens a prompt, at least 2 (the first one comes from the prompt's own pass)
 * @param f32Cache keep the target's keys and values in F32, so that greedy texts of all modes are equal
 * @param seed of the samplers at temperatures above 0; each prompt has its own, the same for every way of decoding
 */
public record EvalOptions(int maxTokens, boolean f32Cache, int seed) {
    /** Fewest tokens a prompt: the first one comes from the prompt's own pass. */
    public static final int LEAST_TOKENS = 2;

    /** Checks the range. */
    public EvalOptions {
        if (maxTokens < LEAST_TOKENS) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "an evaluation needs at least " + LEAST_TOKENS + " tokens a prompt, found " + maxTokens);
        }
    }
}
