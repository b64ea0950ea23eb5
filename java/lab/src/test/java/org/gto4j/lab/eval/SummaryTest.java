package org.gto4j.lab.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Interval;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final DecodingMethod TREE = new DecodingMethod("gto", Mode.TREE, "tree 60/7/10");

    private static Measurement plain(double temperature, String dataset, String prompt, int tokens, double seconds) {
        return new Measurement(
                DecodingMethod.plain(),
                temperature,
                dataset,
                prompt,
                tokens,
                tokens,
                tokens,
                seconds,
                Double.NaN,
                "text");
    }

    private static Measurement plain(String dataset, String prompt, int tokens, double seconds) {
        return plain(0, dataset, prompt, tokens, seconds);
    }

    private static Measurement tree(String dataset, String prompt, int cycles, int gained, double seconds) {
        return new Measurement(TREE, 0, dataset, prompt, cycles, gained, gained, seconds, 0.9 * seconds, "text");
    }

    @Test
    void tauIsSumOverSumAndSpeedupIsOverPlain() {
        List<EvalRow> rows = Summary.rows(
                List.of(
                        plain("a", "1", 30, 3),
                        tree("a", "1", 10, 20, 1),
                        plain("a", "2", 30, 3),
                        tree("a", "2", 30, 40, 3)),
                Bootstrap.standard());
        assertEquals(2, rows.size());
        assertEquals(new EvalRow(DecodingMethod.plain(), 0, "a", 2, 1, new Interval(1, 1), 10, 1), rows.get(0));
        EvalRow tree = rows.get(1);
        assertEquals(60.0 / 40, tree.tau(), 1e-12);
        assertEquals(15, tree.tokensPerSecond(), 1e-12);
        assertEquals(1.5, tree.speedup(), 1e-12);
        assertEquals(2, tree.prompts());
        assertTrue(tree.tauInterval().contains(tree.tau()));
    }

    @Test
    void severalDatasetsAreAlsoTakenTogether() {
        List<EvalRow> rows =
                Summary.rows(List.of(plain("a", "1", 10, 1), plain("b", "1", 10, 3)), Bootstrap.standard());
        assertEquals(
                List.of("a", "b", "all"), rows.stream().map(EvalRow::dataset).toList());
        assertEquals(5, rows.get(2).tokensPerSecond(), 1e-12);
        assertEquals(2, rows.get(2).prompts());
    }

    @Test
    void promptsThatOneWayHasNotSeenDoNotCount() {
        List<EvalRow> rows = Summary.rows(
                List.of(plain("a", "1", 10, 1), tree("a", "1", 10, 20, 1), plain("a", "2", 10, 5)),
                Bootstrap.standard());
        assertEquals(10, rows.get(0).tokensPerSecond(), 1e-12);
        assertEquals(List.of(1, 1), rows.stream().map(EvalRow::prompts).toList());
    }

    @Test
    void temperaturesAreKeptApart() {
        List<Measurement> both = new ArrayList<>(List.of(plain("a", "1", 10, 1)));
        both.add(plain(1, "a", "1", 10, 2));
        assertEquals(
                List.of(0.0, 1.0),
                Summary.rows(both, Bootstrap.standard()).stream()
                        .map(EvalRow::temperature)
                        .toList());
    }

    @Test
    void sizesOfOneModeAreKeptApart() {
        DecodingMethod small = new DecodingMethod("gto", Mode.TREE, "tree 4/2/3");
        List<EvalRow> rows = Summary.rows(
                List.of(
                        tree("a", "1", 10, 20, 1),
                        new Measurement(small, 0, "a", "1", 10, 15, 15, 1, Double.NaN, "text")),
                Bootstrap.standard());
        assertEquals(List.of(TREE, small), rows.stream().map(EvalRow::method).toList());
        assertEquals("tree 4/2/3 gto", small.label());
    }

    @Test
    void jsonHasTheFieldsOfTheResultsFile() throws Exception {
        List<EvalRow> rows = Summary.rows(List.of(tree("a", "1", 10, 20, 2)), Bootstrap.standard());
        JsonNode row = EvalRow.toJson(rows).get(0);
        List<String> names = new ArrayList<>();
        row.fieldNames().forEachRemaining(names::add);
        assertEquals(
                List.of(
                        "draft",
                        "mode",
                        "policy",
                        "temperature",
                        "dataset",
                        "prompts",
                        "tau",
                        "tau_ci95",
                        "tokens_per_second",
                        "speedup"),
                names);
        assertEquals("tree", row.path("mode").asText());
        assertEquals("tree 60/7/10", row.path("policy").asText());
        assertEquals(2, row.path("tau_ci95").size());
        assertEquals(2.0, row.path("tau").asDouble());
        assertTrue(row.path("speedup").isNull(), "without plain decoding there is no speedup");
    }

    @Test
    void measurementsSurviveJson() {
        for (Measurement measurement : List.of(tree("a", "x-1", 3, 7, 0.25), plain("a", "x-1", 3, 7))) {
            assertEquals(measurement, Measurement.of(measurement.toJson()));
        }
    }
}
