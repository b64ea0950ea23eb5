package org.gto4j.lab.eval;

import java.util.function.BiConsumer;
import org.gto4j.Generation;
import org.gto4j.TreeDecoder;
import org.gto4j.model.TargetModel;

/** One of our own ways of decoding. */
public final class DecoderAnswerer implements Answerer {
    private final Variant variant;
    private final CostMeter meter;
    private final TreeDecoder decoder;
    private BiConsumer<Variant, Generation.Statistics> watcher = (answered, statistics) -> {};

    /** @param context most tokens of a prompt and its answer */
    public DecoderAnswerer(TargetModel target, Variant variant, int context, boolean f32Cache) {
        this.variant = variant;
        meter = new CostMeter(variant.policy(), variant.costs());
        decoder = TreeDecoder.builder(target)
                .draft(variant.draft())
                .policy(meter)
                .context(context + variant.policy().maxNodes())
                .f32Cache(f32Cache)
                .build();
    }

    @Override
    public DecodingMethod method() {
        return variant.method();
    }

    @Override
    public Answer answer(int[] prompt, int most, double temperature, int seed) {
        meter.reset();
        Generation generation = decoder.generate(prompt, Answerer.options(most, temperature, seed));
        watcher.accept(variant, generation.statistics());
        return Answer.of(generation, meter.seconds(generation.statistics().cycles()));
    }

    @Override
    public void watch(BiConsumer<Variant, Generation.Statistics> every) {
        watcher = every;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
