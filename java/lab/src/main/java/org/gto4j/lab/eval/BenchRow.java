package org.gto4j.lab.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.gto4j.common.FiniteNumber;
import org.gto4j.statistics.Interval;

/**
 * A way of decoding beside plain decoding, stock llama.cpp and its costs, with the same prompts in the same run. What
 * was not measured is NaN. Intervals are 95% bootstrap intervals over prompts, of ways paired prompt by prompt.
 *
 * @param row what it gave
 * @param speedupInterval of its speedup over plain decoding
 * @param overStock tokens a second over those of the best stock setting
 * @param overStockInterval of that ratio
 * @param modelTokensPerSecond tokens a second by measured costs of the cycles that it made: tau / seconds of its mean
 *     cycle
 * @param differing prompts whose greedy text is not plain decoding's; -1 if that has no meaning
 */
public record BenchRow(
        EvalRow row,
        Interval speedupInterval,
        double overStock,
        Interval overStockInterval,
        double modelTokensPerSecond,
        int differing) {
    /**
     * The fields of {@link EvalRow#toJson()}, speedup_ci95, over_stock, over_stock_ci95, model_tokens_per_second and
     * differing; null for what is not known.
     */
    public ObjectNode toJson() {
        ObjectNode json = row.toJson();
        put(json, "speedup_ci95", speedupInterval);
        json.put("over_stock", FiniteNumber.orNull(overStock));
        put(json, "over_stock_ci95", overStockInterval);
        return json.put("model_tokens_per_second", FiniteNumber.orNull(modelTokensPerSecond))
                .put("differing", differing < 0 ? null : (Integer) differing);
    }

    static void put(ObjectNode json, String name, Interval interval) {
        json.putArray(name).add(FiniteNumber.orNull(interval.low())).add(FiniteNumber.orNull(interval.high()));
    }
}
