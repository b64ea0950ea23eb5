package org.gto4j.lab.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.gto4j.common.FiniteNumber;
import org.gto4j.statistics.Interval;

/**
 * How near cost-aware trees come to what the cost model promises: the most tokens a second that measured costs predict
 * for a fixed way of decoding of the run, with the tau that it reached. Fixed ways are plain decoding, lookup, and
 * chains and trees of the same draft.
 *
 * @param costAware what cost-aware trees gave
 * @param fixed the fixed way with the best prediction
 * @param tokensPerSecond of that prediction
 * @param share tokens a second of cost-aware trees over it
 * @param interval its 95% bootstrap interval over prompts, paired
 */
public record Bound(EvalRow costAware, EvalRow fixed, double tokensPerSecond, double share, Interval interval) {
    /** For people. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "temperature %.1f: %s reached %.1f%% [%.1f, %.1f] of the cost model's bound, %.1f tokens/s (%s)",
                costAware.temperature(),
                costAware.method().label(),
                100 * share,
                100 * interval.low(),
                100 * interval.high(),
                tokensPerSecond,
                fixed.method().label());
    }

    /** Fields draft, temperature, fixed (the way's label), tokens_per_second, share, share_ci95. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("draft", costAware.method().draft())
                .put("temperature", costAware.temperature())
                .put("fixed", fixed.method().label())
                .put("tokens_per_second", FiniteNumber.orNull(tokensPerSecond))
                .put("share", FiniteNumber.orNull(share));
        BenchRow.put(json, "share_ci95", interval);
        return json;
    }
}
