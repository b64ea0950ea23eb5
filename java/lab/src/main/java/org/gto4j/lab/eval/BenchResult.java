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
 * @param leftOut ways that were given up
 */
public record BenchResult(List<BenchRow> rows, List<EvalRow> bestStock, List<Bound> bounds, List<LeftOut> leftOut) {
    /** Copies the lists. */
    public BenchResult {
        rows = List.copyOf(rows);
        bestStock = List.copyOf(bestStock);
        bounds = List.copyOf(bounds);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * What was found, in sentences, a paragraph each: the fastest of our ways at each temperature beside plain decoding
     * and stock llama.cpp, and on how many prompts. Empty if nothing was measured.
     */
    public List<String> findings() {
        return BenchFinding.of(this);
    }

    /** Lines that name the best stock settings, how far cost-aware trees came, and what was left out. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        bestStock.forEach(row -> lines.add(String.format(
                Locale.ROOT,
                "temperature %.1f: the best stock setting is %s, %.1f tokens/s",
                row.temperature(),
                row.method().label(),
                row.tokensPerSecond())));
        bounds.forEach(bound -> lines.add(bound.line()));
        leftOut.forEach(way -> lines.add(way.line()));
        return lines;
    }

    /** Arrays rows, best_stock, bounds and left_out. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode array = json.putArray("rows");
        rows.forEach(row -> array.add(row.toJson()));
        ArrayNode stock = json.putArray("best_stock");
        bestStock.forEach(row -> stock.add(row.toJson()));
        ArrayNode reached = json.putArray("bounds");
        bounds.forEach(bound -> reached.add(bound.toJson()));
        ArrayNode missing = json.putArray("left_out");
        leftOut.forEach(way -> missing.addObject()
                .put("draft", way.method().draft())
                .put("policy", way.method().policy())
                .put("reason", way.reason()));
        return json;
    }
}
