package org.gto4j.lab.eval;

import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.model.SamplerOptions;

/** Answers prompts in one way of decoding. One thread at a time. */
public interface Answerer extends AutoCloseable {
    /** Which way it is. */
    DecodingMethod method();

    /**
     * Answers.
     *
     * @param prompt tokens, at least one
     * @param most tokens of the answer, at least 1
     * @param temperature at least 0; 0 is greedy
     * @param seed of the random stream
     */
    Answer answer(int[] prompt, int most, double temperature, int seed);

    /**
     * The same, asked for now and answered when the answer is got, in the order of asking; ways that decode several
     * texts at once begin with this call.
     */
    default Supplier<Answer> ask(int[] prompt, int most, double temperature, int seed) {
        return () -> answer(prompt, most, temperature, seed);
    }

    /** How all of them generate; in these options a text depends on nothing but the target. */
    static GenerationOptions options(int most, double temperature, int seed) {
        return new GenerationOptions(most, sampling(temperature, seed));
    }

    /** How all of them draw. */
    static SamplerOptions sampling(double temperature, int seed) {
        return SamplerOptions.builder()
                .temperature((float) temperature)
                .seed(seed)
                .build();
    }

    /** Tells of each answer from now on how its generation went, if that is known. */
    default void watch(BiConsumer<Variant, Generation.Statistics> every) {}

    @Override
    void close();
}
