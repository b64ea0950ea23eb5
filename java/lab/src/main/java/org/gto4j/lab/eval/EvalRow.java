package org.gto4j.lab.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.gto4j.common.FiniteNumber;
import org.gto4j.statistics.Interval;

/**
 * One line of results.
 *
 * @param method how it was decoded
 * @param temperature of the sampler
 * @param dataset name of the dataset, "all" for several together
 * @param prompts number of prompts
 * @param tau tokens gained per cycle, the target's own included: sum of tokens / sum of cycles; NaN without a cycle
 * @param tauInterval its 95% bootstrap interval over prompts
 * @param tokensPerSecond tokens / decoding time (prompt processing is not counted)
 * @param speedup tokensPerSecond over that of plain decoding in the same run; NaN if plain decoding was not measured
 */
public record EvalRow(
        DecodingMethod method,
        double temperature,
        String dataset,
        int prompts,
        double tau,
        Interval tauInterval,
        double tokensPerSecond,
        double speedup) {

    /** What it was measured on: rows for which this is the same compare, and stand in one table. */
    String setting() {
        return String.format(
                Locale.ROOT,
                "%s, %d prompt%s, temperature %.1f",
                dataset,
                prompts,
                prompts == 1 ? "" : "s",
                temperature);
    }

    /**
     * Fields draft, mode, policy, temperature, dataset, prompts, tau, tau_ci95 [lo, hi], tokens_per_second, speedup;
     * what is not a number is null.
     */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("draft", method.draft())
                .put("mode", method.mode().label())
                .put("policy", method.policy())
                .put("temperature", temperature)
                .put("dataset", dataset)
                .put("prompts", prompts)
                .put("tau", FiniteNumber.orNull(tau));
        json.putArray("tau_ci95")
                .add(FiniteNumber.orNull(tauInterval.low()))
                .add(FiniteNumber.orNull(tauInterval.high()));
        return json.put("tokens_per_second", FiniteNumber.orNull(tokensPerSecond))
                .put("speedup", FiniteNumber.orNull(speedup));
    }

    /** An array of {@link #toJson()}, in the rows' order. */
    public static ArrayNode toJson(List<EvalRow> rows) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        rows.forEach(row -> array.add(row.toJson()));
        return array;
    }
}
