package org.gto4j.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A way of decoding beside plain decoding of the same prompts in the same run.
 *
 * @param row             what it gave
 * @param speedupInterval 95% bootstrap interval over prompts of the speedup; NaN if plain decoding was not measured
 */
public record BenchRow(EvalRow row, Interval speedupInterval) {
    /** The fields of {@link EvalRow#toJson()} and speedup_ci95. */
    public ObjectNode toJson() {
        ObjectNode json = row.toJson();
        json.putArray("speedup_ci95").add(EvalRow.finite(speedupInterval.low())).add(EvalRow.finite(speedupInterval.high()));
        return json;
    }
}
