package org.gto4j.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

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
        json.putArray("speedup_ci95").add(finite(speedupInterval.low())).add(finite(speedupInterval.high()));
        return json;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
