package org.gto4j.lab.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.gto4j.Generation;
import org.gto4j.common.FiniteNumber;
import org.gto4j.common.RecordValues;
import org.gto4j.lab.eval.Variant;
import org.gto4j.model.DecodingTimes;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of decoding goes in one way of decoding: generations added up.
 *
 * @param variant the way
 * @param prompts generations
 * @param tokens after the first one of each
 * @param gained tokens gained in the cycles, the target's own included
 * @param treeSizes nodes of each cycle's tree
 * @param cycleNanos time of each cycle, ns
 * @param times of all cycles together
 */
public record Profile(
        Variant variant,
        int prompts,
        long tokens,
        long gained,
        int[] treeSizes,
        long[] cycleNanos,
        DecodingTimes times) {
    /** This library's own parts by their names, in the order of reports; {@link DecodingTimes} says what they are. */
    static final Map<String, ToLongFunction<DecodingTimes>> OWN = ownParts();

    private static Map<String, ToLongFunction<DecodingTimes>> ownParts() {
        Map<String, ToLongFunction<DecodingTimes>> parts = new LinkedHashMap<>();
        parts.put("draft kernels", DecodingTimes::kernels);
        parts.put("draft graphs", DecodingTimes::graphs);
        parts.put("trees in Java", DecodingTimes::trees);
        parts.put("calls from Java", DecodingTimes::calls);
        parts.put("drawing", DecodingTimes::draw);
        parts.put("copying features", DecodingTimes::features);
        parts.put("verification", DecodingTimes::verification);
        parts.put("other", DecodingTimes::other);
        return parts;
    }

    /** Adds generations up. */
    public static Profile of(Variant variant, List<Generation.Statistics> generations) {
        long tokens = 0;
        long gained = 0;
        DecodingTimes times = DecodingTimes.NONE;
        for (Generation.Statistics generation : generations) {
            tokens += Math.max(0, generation.tokens() - 1);
            gained += generation.cycles()
                    + Arrays.stream(generation.acceptedPerCycle()).sum();
            times = times.plus(generation.times());
        }
        return new Profile(
                variant,
                generations.size(),
                tokens,
                gained,
                generations.stream()
                        .flatMapToInt(g -> Arrays.stream(g.treeSizes()))
                        .toArray(),
                generations.stream()
                        .flatMapToLong(g -> Arrays.stream(g.cycleNanos()))
                        .toArray(),
                times);
    }

    /** Number of cycles. */
    public int cycles() {
        return cycleNanos.length;
    }

    /** Tokens a cycle; NaN without a cycle. */
    public double tau() {
        return (double) gained / cycles();
    }

    /** Tokens a second of decoding; NaN without a cycle. */
    public double tokensPerSecond() {
        return tokens * 1e9 / Arrays.stream(cycleNanos).sum();
    }

    /** Milliseconds of a cycle: p = 0.5 is the median. NaN without a cycle. */
    public double cycleMillis(double p) {
        long[] sorted = Arrays.stream(cycleNanos).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(p * (sorted.length - 1))] * 1e-6;
    }

    /** Mean nodes of a cycle's tree. */
    public double meanTreeSize() {
        return Arrays.stream(treeSizes).average().orElse(Double.NaN);
    }

    /** Counts, and for each part its share of all time but waiting and its milliseconds a cycle. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("mode", variant.mode().label())
                .put("draft", variant.label())
                .put("trees", variant.policy().name())
                .put("prompts", prompts)
                .put("cycles", cycles())
                .put("tau", FiniteNumber.orNull(tau()))
                .put("tokens_per_second", FiniteNumber.orNull(tokensPerSecond()))
                .put("tree_nodes_mean", FiniteNumber.orNull(meanTreeSize()));
        ObjectNode cycle = json.putObject("cycle_ms");
        cycle.put("median", FiniteNumber.orNull(cycleMillis(0.5)))
                .put("p90", FiniteNumber.orNull(cycleMillis(0.9)))
                .put("p99", FiniteNumber.orNull(cycleMillis(0.99)));
        ObjectNode parts = json.putObject("parts");
        part(parts, "llama_decode", times.decode());
        part(parts, "draft products", times.products());
        part(parts, "own", times.own());
        OWN.forEach((name, of) -> part(parts, "own: " + name, of.applyAsLong(times)));
        part(parts, "waiting", times.waited());
        return json;
    }

    private void part(ObjectNode parts, String name, long nanos) {
        parts.putObject(name)
                .put("share", FiniteNumber.orNull(share(nanos)))
                .put("ms_a_cycle", FiniteNumber.orNull(millis(nanos)));
    }

    /** Of all time but waiting. */
    double share(long nanos) {
        return (double) nanos / times.total();
    }

    /** A cycle. */
    double millis(long nanos) {
        return nanos * 1e-6 / cycles();
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
