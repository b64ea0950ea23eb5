package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Interval;

/**
 * Two ways of decoding the same prompts, prompt by prompt: seconds that another way would have taken for a way's
 * tokens, and the seconds that it took.
 */
final class PairedTexts {
    private final List<Double> others = new ArrayList<>();
    private final List<Double> own = new ArrayList<>();

    private PairedTexts() {}

    /**
     * Pairs measurements with those of another way; prompts that only one has seen, or without tokens, are left out.
     *
     * @param seconds that count for the other way
     */
    static PairedTexts of(
            List<Measurement> measurements, List<Measurement> other, ToDoubleFunction<Measurement> seconds) {
        Map<List<Object>, Measurement> byPrompt = new HashMap<>();
        other.forEach(m -> byPrompt.put(prompt(m), m));
        PairedTexts pairs = new PairedTexts();
        for (Measurement m : measurements) {
            Measurement with = byPrompt.get(prompt(m));
            if (with != null && with.tokens() > 0) {
                pairs.others.add(seconds.applyAsDouble(with) * m.tokens() / with.tokens());
                pairs.own.add(m.seconds());
            }
        }
        return pairs;
    }

    /** What makes measurements of two ways a pair. */
    static List<Object> prompt(Measurement m) {
        return List.of(m.temperature(), m.dataset(), m.prompt());
    }

    /** Of (the other way's seconds a token / own seconds a token), by resampling prompts: each weighs by its tokens. */
    Interval interval(Bootstrap bootstrap) {
        return bootstrap.ratio(array(others), array(own));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(value -> value).toArray();
    }
}
