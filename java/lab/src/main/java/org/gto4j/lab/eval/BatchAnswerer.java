package org.gto4j.lab.eval;

import java.util.function.Supplier;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.model.TargetModel;

/** One of our own ways of decoding, several texts in the same passes. */
public final class BatchAnswerer implements Answerer {
    private final DecodingMethod method;
    private final BatchDecoder decoder;

    /**
     * Opens a decoder.
     *
     * @param context most tokens of a prompt and its answer
     * @param slots texts at once
     */
    public BatchAnswerer(TargetModel target, Variant variant, int context, boolean f32Cache, int slots) {
        method = variant.method().inBatches(slots);
        decoder = BatchDecoder.builder(target)
                .draft(variant.draft())
                .policy(variant.policy())
                .context(context + variant.policy().maxNodes())
                .slots(slots)
                .f32Cache(f32Cache)
                .build();
    }

    @Override
    public DecodingMethod method() {
        return method;
    }

    @Override
    public Answer answer(int[] prompt, int most, double temperature, int seed) {
        return ask(prompt, most, temperature, seed).get();
    }

    @Override
    public Supplier<Answer> ask(int[] prompt, int most, double temperature, int seed) {
        BatchRequest request = decoder.submit(prompt, Answerer.options(most, temperature, seed));
        return () -> Answer.of(request.await(), Double.NaN);
    }

    @Override
    public void close() {
        decoder.close();
    }
}
