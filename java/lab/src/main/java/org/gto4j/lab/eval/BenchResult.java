package org.gto4j.lab.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a bench found.
 *
 * @param rows one a way, temperature and dataset
 * @param bestStock the fastest stock setting of each temperature, over all prompts; empty without stock
 * @param bounds one for each cost-aware way and temperature; empty without costs
 */
public record BenchResult(List<BenchRow> rows, List<EvalRow> bestStock, List<Bound> bounds) {
    /** Copies the lists. */
    public BenchResult {
        rows = List.copyOf(rows);
        bestStock = List.copyOf(bestStock);
        bounds = List.copyOf(bounds);
    }

    /**
     * What was found, in sentences, a paragraph each: the fastest of our ways at each temperature beside plain decoding
     * and stock llama.cpp, and on how many prompts. Empty if nothing was measured.
     */
    public List<String> findings() {
        return BenchFinding.of(this);
    }

    /** Lines that name the best stock settings and how far cost-aware trees came. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        bestStock.forEach(row -> lines.add(String.format(
                Locale.ROOT,
                "temperature %.1f: the best stock setting is %s, %.1f tokens/s",
                row.temperature(),
                row.method().label(),
                row.tokensPerSecond())));
        bounds.forEach(bound -> lines.add(bound.line()));
        return lines;
    }

    /** Arrays rows, best_stock and bounds. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode array = json.putArray("rows");
        rows.forEach(row -> array.add(row.toJson()));
        ArrayNode stock = json.putArray("best_stock");
        bestStock.forEach(row -> stock.add(row.toJson()));
        ArrayNode reached = json.putArray("bounds");
        bounds.forEach(bound -> reached.add(bound.toJson()));
        return json;
    }
}
