package org.gto4j.eval;

import java.util.function.BiConsumer;

import org.gto4j.Generation;

/** Answers prompts in one way of decoding. One thread at a time. */
interface Answerer extends AutoCloseable {
    /** Which way it is. */
    Way way();

    /**
     * Answers.
     *
     * @param prompt      tokens, at least one
     * @param most        tokens of the answer, at least 1
     * @param temperature at least 0; 0 is greedy
     * @param seed        of the random stream
     */
    Answer answer(int[] prompt, int most, double temperature, int seed);

    /** Tells of each answer from now on how its generation went, if that is known. */
    default void watch(BiConsumer<Variant, Generation.Statistics> every) {
    }

    @Override
    void close();
}
