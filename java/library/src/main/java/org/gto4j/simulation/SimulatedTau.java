package org.gto4j.simulation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.gto4j.common.AcceptedLengths;
import org.gto4j.common.FiniteNumber;
import org.gto4j.common.RecordValues;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Interval;
import org.jspecify.annotations.Nullable;

/**
 * What simulated decoding of texts in one way gave.
 *
 * @param texts their number
 * @param tokens gained in all cycles, the target's own included
 * @param cycles of all texts
 * @param tau tokens / cycles; NaN without a cycle
 * @param interval its 95% bootstrap interval over texts
 * @param reached entry k: share of cycles that accepted more than k draft tokens; ends with the longest
 * @param speedup predicted tokens a second over those of plain decoding, by measured costs; NaN without them
 */
public record SimulatedTau(
        int texts, long tokens, long cycles, double tau, Interval interval, double[] reached, double speedup) {
    /**
     * Sums texts up.
     *
     * @param plainSeconds that a cycle of plain decoding takes; only used if the texts have seconds
     */
    public static SimulatedTau of(List<SimulatedText> texts, double plainSeconds, Bootstrap bootstrap) {
        long tokens = texts.stream().mapToLong(SimulatedText::tokens).sum();
        long cycles = texts.stream().mapToLong(SimulatedText::cycles).sum();
        double[] reached = AcceptedLengths.reached(texts.stream()
                .flatMapToInt(text -> Arrays.stream(text.accepted()))
                .toArray());
        Interval interval = bootstrap.ratio(
                texts.stream().mapToDouble(SimulatedText::tokens).toArray(),
                texts.stream().mapToDouble(SimulatedText::cycles).toArray());
        double seconds = texts.stream().mapToDouble(SimulatedText::seconds).sum();
        return new SimulatedTau(
                texts.size(),
                tokens,
                cycles,
                (double) tokens / cycles,
                interval,
                reached,
                tokens * plainSeconds / seconds);
    }

    /**
     * Fields texts, tokens, cycles, tau, tau_ci95 [lo, hi], reached, predicted_speedup; what is not a number is null.
     */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("texts", texts)
                .put("tokens", tokens)
                .put("cycles", cycles)
                .put("tau", FiniteNumber.orNull(tau));
        json.putArray("tau_ci95").add(FiniteNumber.orNull(interval.low())).add(FiniteNumber.orNull(interval.high()));
        ArrayNode shares = json.putArray("reached");
        for (double share : reached) {
            shares.add(share);
        }
        return json.put("predicted_speedup", FiniteNumber.orNull(speedup));
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
