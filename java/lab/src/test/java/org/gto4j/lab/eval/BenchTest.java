package org.gto4j.lab.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.statistics.Bootstrap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
    private static final DecodingMethod TREE = new DecodingMethod("gto", Mode.TREE, "tree 60/7/10");
    private static final DecodingMethod CHAIN = new DecodingMethod("gto", Mode.CHAIN, "chain 3");
    private static final DecodingMethod COST_AWARE = new DecodingMethod("gto", Mode.COST_AWARE, "cost-aware");
    private static final DecodingMethod STOCK = DecodingMethod.without(Mode.STOCK, "stock");
    private static final DecodingMethod STOCK_CHAIN = new DecodingMethod("gto", Mode.STOCK_CHAIN, "stock-chain 2");

    private static Measurement measured(
            DecodingMethod method, String prompt, double seconds, double model, String text) {
        return new Measurement(
                method, 0, "set", prompt, 50, method.mode() == Mode.PLAIN ? 50 : 100, 50, seconds, model, text);
    }

    private static Measurement measured(DecodingMethod method, String prompt, double seconds) {
        return measured(method, prompt, seconds, Double.NaN, "text");
    }

    private static List<BenchRow> rows(double... factors) {
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < factors.length; i++) {
            double seconds = 1 + i; // prompts differ, ways of decoding one prompt compare
            measurements.add(measured(DecodingMethod.plain(), "p" + i, seconds));
            measurements.add(measured(TREE, "p" + i, seconds / factors[i]));
        }
        return Bench.of(measurements, Bootstrap.standard()).rows();
    }

    /**
     * Six prompts: plain 10 tokens/s, chain 12 (its model says 12.5), cost-aware 11, stock 9, its chain 11; one text of
     * the chain differs.
     */
    private static BenchResult everything() {
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            double noise = 1 + 0.02 * (i % 3 - 1);
            measurements.add(measured(DecodingMethod.plain(), "p" + i, 5 * noise, 5, "text"));
            measurements.add(measured(CHAIN, "p" + i, 50.0 / 12 * noise, 4, i == 2 ? "other" : "text"));
            measurements.add(measured(COST_AWARE, "p" + i, 50.0 / 11 * noise, 3, "text"));
            measurements.add(measured(STOCK, "p" + i, 50.0 / 9 * noise));
            measurements.add(measured(STOCK_CHAIN, "p" + i, 50.0 / 11 * noise));
        }
        return Bench.of(measurements, Bootstrap.standard());
    }

    @Test
    void aConstantSpeedupHasNoSpread() {
        BenchRow tree = rows(1.5, 1.5, 1.5, 1.5).get(1);
        assertEquals(1.5, tree.row().speedup(), 1e-9);
        assertEquals(1.5, tree.speedupInterval().low(), 1e-9);
        assertEquals(1.5, tree.speedupInterval().high(), 1e-9);
        BenchRow plain = rows(1.5, 1.5).get(0);
        assertEquals(1, plain.speedupInterval().low(), 1e-9);
    }

    @Test
    void theIntervalHoldsTheSpeedup() {
        BenchRow tree = rows(1.2, 1.9, 1.4, 1.6, 1.1, 1.5).get(1);
        assertTrue(tree.speedupInterval().contains(tree.row().speedup()), tree.toString());
        assertTrue(tree.speedupInterval().high() - tree.speedupInterval().low() > 0.1, tree.toString());
        assertTrue(tree.speedupInterval().low() > 1.1 && tree.speedupInterval().high() < 1.9, tree.toString());
    }

    @Test
    void whatWasNotMeasuredIsNotANumber() {
        BenchResult result = Bench.of(List.of(measured(TREE, "p", 1)), Bootstrap.standard());
        BenchRow tree = result.rows().get(0);
        assertTrue(
                Double.isNaN(tree.speedupInterval().low())
                        && Double.isNaN(tree.overStock())
                        && Double.isNaN(tree.modelTokensPerSecond()),
                tree.toString());
        JsonNode json = tree.toJson();
        assertTrue(
                json.path("speedup_ci95").get(0).isNull()
                        && json.path("over_stock").isNull()
                        && json.path("over_stock_ci95").get(1).isNull()
                        && json.path("model_tokens_per_second").isNull()
                        && json.path("differing").isNull(),
                json.toString());
        assertTrue(result.lines().isEmpty()
                && result.bestStock().isEmpty()
                && result.bounds().isEmpty());
    }

    @Test
    void comparesWithTheBestStockSetting() {
        BenchResult result = everything();
        assertEquals(
                List.of(STOCK_CHAIN),
                result.bestStock().stream().map(EvalRow::method).toList());
        BenchRow plain = result.rows().get(0);
        assertEquals(10.0 / 11, plain.overStock(), 1e-9);
        assertTrue(plain.overStockInterval().contains(10.0 / 11), plain.toString());
        assertEquals(1, result.rows().get(4).overStock(), 1e-9);
        assertEquals(
                "temperature 0.0: the best stock setting is stock-chain 2 gto, 11.0 tokens/s",
                result.lines().get(0));
    }

    @Test
    void theBoundIsTheBestPredictionOfAFixedWay() {
        BenchResult result = everything();
        assertEquals(50.0 / 3, result.rows().get(2).modelTokensPerSecond(), 1e-9);
        Bound bound = result.bounds().get(0);
        assertEquals(CHAIN, bound.fixed().method(), "neither cost-aware itself nor stock");
        assertEquals(12.5, bound.tokensPerSecond(), 1e-9);
        assertEquals(11 / 12.5, bound.share(), 1e-9);
        assertTrue(
                bound.interval().contains(bound.share())
                        && bound.interval().high() > bound.interval().low(),
                bound.toString());
        assertTrue(
                result.lines()
                        .get(1)
                        .matches(
                                "temperature 0\\.0: cost-aware gto reached 88\\.0% \\[.*] of the cost model's bound, 12\\.5 tokens/s \\(chain 3 gto\\)"),
                result.lines().get(1));
    }

    @Test
    void aBoundKnowsOnlyWaysOfItsOwnDraft() {
        DecodingMethod other = new DecodingMethod("eagle3", Mode.CHAIN, "chain 3");
        List<Measurement> measurements = List.of(
                measured(DecodingMethod.plain(), "p", 5, 5, "text"),
                measured(other, "p", 1, 1, "text"),
                measured(COST_AWARE, "p", 5, 5, "text"));
        assertEquals(
                DecodingMethod.plain(),
                Bench.of(measurements, Bootstrap.standard())
                        .bounds()
                        .get(0)
                        .fixed()
                        .method());
    }

    @Test
    void countsPromptsWhoseGreedyTextDiffers() {
        BenchResult result = everything();
        assertEquals(
                List.of(0, 1, 0, 0, 0),
                result.rows().stream().map(BenchRow::differing).toList());
        Measurement warm = new Measurement(TREE, 1, "set", "p", 5, 10, 9, 1, Double.NaN, "a");
        Measurement plain = new Measurement(DecodingMethod.plain(), 1, "set", "p", 5, 10, 9, 1, Double.NaN, "b");
        assertEquals(
                List.of(-1, -1),
                Bench.of(List.of(warm, plain), Bootstrap.standard()).rows().stream()
                        .map(BenchRow::differing)
                        .toList(),
                "at temperature 1 texts may differ");
    }

    @Test
    void promptsThatOneWayHasNotSeenDoNotCount() {
        List<Measurement> measurements = List.of(
                measured(DecodingMethod.plain(), "p", 5),
                measured(TREE, "p", 2),
                measured(DecodingMethod.plain(), "q", 5));
        assertEquals(
                2.5,
                Bench.of(measurements, Bootstrap.standard())
                        .rows()
                        .get(1)
                        .speedupInterval()
                        .high(),
                1e-9);
    }

    @Test
    void theTableHasAPartForEachDatasetAndTemperature() {
        String text = BenchTable.print(rows(2, 2));
        assertEquals(
                List.of(
                        "set, 2 prompts, temperature 0.0",
                        "                  tokens/s    SR           95%   tau           95%  differ",
                        "plain                 33.3  1.00  [1.00, 1.00]  1.00  [1.00, 1.00]       0",
                        "tree 60/7/10 gto      66.7  2.00  [2.00, 2.00]  2.00  [2.00, 2.00]       0"),
                text.lines().toList());
        String all = BenchTable.print(everything().rows());
        assertTrue(all.contains("/ stock           95%  model  differ"), all);
        assertTrue(
                all.lines().anyMatch(line -> line.startsWith("chain 3 gto ") && line.endsWith("  12.5       1")), all);
    }

    @Test
    void theFindingNamesTheFastestWay() {
        List<String> found = everything().findings();
        assertEquals(2, found.size(), found.toString());
        assertTrue(
                found.get(0)
                        .matches(
                                "At temperature 0\\.0 chain 3 gto is 1\\.20 times as fast as plain decoding \\(1\\.20 to 1\\.20\\), with 12\\.0 tokens a second\\. "
                                        + "1 of 6 texts is not the same\\. That is 1\\.09 times as fast as stock llama\\.cpp in its best setting, stock-chain 2 gto "
                                        + "\\(1\\.09 to 1\\.09\\)\\."),
                found.get(0));
        assertEquals("Measured on 6 prompts of set.", found.get(1));
    }

    @Test
    void theFindingSaysWhereNothingIsGained() {
        assertTrue(
                finding(0.9, 0.8, 0.95, 0.85, 0.9)
                        .startsWith(
                                "At temperature 0.0 no way is faster than plain decoding: the fastest other one, tree 60/7/10 gto, is 0.8"),
                finding(0.9, 0.8, 0.95, 0.85, 0.9));
        assertTrue(finding(0.9, 1.1, 0.95, 1.05, 1).contains(" no way is visibly faster than plain decoding: "));
        assertEquals(
                "Measured on 2 prompts of set. So few can't tell which way is faster.",
                findings(1, 2).get(1));
    }

    @Test
    void theFindingSaysWhatWasNotMeasured() {
        assertEquals(
                List.of(
                        "At temperature 0.0 tree 60/7/10 gto is the fastest way, with 50.0 tokens a second; plain decoding was not measured.",
                        "Measured on 1 prompt of set. So few can't tell which way is faster."),
                Bench.of(List.of(measured(TREE, "p", 1)), Bootstrap.standard()).findings());
        assertEquals(
                "At temperature 0.0 plain decoding writes 10.0 tokens a second.",
                Bench.of(List.of(measured(DecodingMethod.plain(), "p", 5)), Bootstrap.standard())
                        .findings()
                        .get(0));
        assertEquals(List.of(), Bench.of(List.of(), Bootstrap.standard()).findings());
    }

    private static List<String> findings(double... factors) {
        return new BenchResult(rows(factors), List.of(), List.of(), List.of()).findings();
    }

    private static String finding(double... factors) {
        return findings(factors).get(0);
    }

    @Test
    void thePageAndTheJsonHoldAllOfIt(@TempDir Path folder) throws Exception {
        BenchResult result = everything();
        Path file = folder.resolve("bench.html");
        new HtmlReport("Ways", "intro").bench(result).write(file);
        String html = Files.readString(file);
        assertTrue(
                html.contains(
                                "<h1>Ways</h1>\n<div class=\"lead\">\n<p>At temperature 0.0 chain 3 gto is 1.20 times as fast")
                        && html.contains("<td>stock-chain 2 gto</td>")
                        && html.contains("<th>model</th>")
                        && html.contains("the best stock setting is"),
                html);
        JsonNode json = result.toJson();
        assertEquals(5, json.path("rows").size());
        assertEquals(
                "stock-chain 2", json.path("best_stock").get(0).path("policy").asText());
        assertEquals("chain 3 gto", json.path("bounds").get(0).path("fixed").asText());
        assertEquals(1, json.path("rows").get(1).path("differing").asInt());
        assertFalse(json.path("rows").get(0).path("over_stock").isNull());
    }
}
