package org.gto4j.lab.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.lab.eval.BenchRow;
import org.gto4j.lab.eval.DecodingMethod;
import org.gto4j.lab.eval.EvalRow;
import org.gto4j.lab.eval.Mode;
import org.gto4j.statistics.Interval;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;
import org.junit.jupiter.api.Test;

class VerdictTest {
    /** A plain pass takes 10 ms, two rows 12.5 ms, a drafted token 2 ms. */
    private static final CycleCosts COSTS = new CycleCosts(
            new CostTable(new int[] {1, 2}, new double[] {0.010, 0.0125}),
            new CostTable(new int[] {1}, new double[] {0.0015}),
            0.0005,
            new CostTable(new int[] {1}, new double[] {0.001}));

    private static BenchRow row(Mode mode, double temperature, double speedup, double low, double high, int differing) {
        DecodingMethod method =
                mode == Mode.PLAIN ? DecodingMethod.plain() : new DecodingMethod("gto", mode, mode.label());
        return new BenchRow(
                new EvalRow(method, temperature, "held-back", 24, 1.5, new Interval(1.4, 1.6), 60 * speedup, speedup),
                new Interval(low, high),
                Double.NaN,
                new Interval(Double.NaN, Double.NaN),
                Double.NaN,
                differing);
    }

    private static Verdict verdict(double speedup, double low, double high, int differing, double right) {
        return new Verdict(
                List.of(
                        row(Mode.PLAIN, 0, 1, 1, 1, 0),
                        row(Mode.COST_AWARE, 0, speedup, low, high, differing),
                        row(Mode.PLAIN, 1, 1, 1, 1, -1),
                        row(Mode.COST_AWARE, 1, 1.1, 1.02, 1.18, -1)),
                64,
                right,
                Price.of(COSTS));
    }

    @Test
    void whereTheDraftPaysTheFirstSentenceSaysHowMuch() {
        Verdict verdict = verdict(1.31, 1.22, 1.40, 0, 0.4);
        assertTrue(verdict.pays());
        assertEquals(
                List.of(
                        "With the draft, answers come 1.31 times as fast as without it (1.22 to 1.40), and every text is the same.",
                        "Measured on 24 questions that training never saw, at most 64 tokens each, at temperature 0: 78.6 tokens a second with the "
                                + "draft, 60.0 without. At temperature 1 answers come 1.10 times as fast with the draft (1.02 to 1.18)."),
                verdict.sentences());
        assertTrue(
                verdict(1.31, 1.22, 1.40, 2, 0.4).sentences().get(0).endsWith("and 2 of 24 texts are not the same."));
    }

    @Test
    void whereItDoesntTheReasonComesInNumbers() {
        List<String> lost = verdict(0.95, 0.93, 0.97, 0, 0.30).sentences();
        assertTrue(
                lost.get(0).startsWith("On this machine the draft doesn't pay: with it, answers come 0.95 times"),
                lost.get(0));
        assertTrue(
                lost.get(1)
                        .startsWith(
                                "Why: the draft's first token is right in 30% of the cycles, so a cycle that checks it yields 1.30 tokens. "
                                        + "Counted in plain passes, which yield one token each, proposing a token takes 0.20, and checking it beside the model's own takes 1.25. "
                                        + "One drafted token a cycle would thus make answers 0.90 times as fast."),
                lost.get(1));
        Verdict open = verdict(1.02, 0.97, 1.07, 0, Double.NaN);
        assertFalse(open.pays());
        assertTrue(open.sentences().get(0).startsWith("On this machine the draft gains nothing that shows: "));
        assertTrue(open.sentences().get(1).startsWith("Why: counted in plain passes"));
        assertTrue(verdict(Double.NaN, Double.NaN, Double.NaN, 0, Double.NaN)
                .sentences()
                .get(0)
                .contains("too short"));
    }

    @Test
    void aFewQuestionsTellNothing() {
        List<BenchRow> rows = verdict(2.13, 2.02, 2.48, 0, 0.1).rows().stream()
                .map(row -> new BenchRow(
                        new EvalRow(
                                row.row().method(),
                                row.row().temperature(),
                                "held-back",
                                2,
                                1.02,
                                row.row().tauInterval(),
                                60,
                                row.row().speedup()),
                        row.speedupInterval(),
                        Double.NaN,
                        row.overStockInterval(),
                        Double.NaN,
                        row.differing()))
                .toList();
        Verdict verdict = new Verdict(rows, 64, 0.1, Price.of(COSTS));
        assertFalse(verdict.pays());
        assertEquals(2, verdict.sentences().size(), "no reason for what isn't known");
        assertTrue(verdict.sentences().get(0).startsWith("2 questions can't tell what the draft gains"));
    }

    @Test
    void theDefaultDecodersRowComesFirst() {
        ResultTables tables = new ResultTables(
                verdict(1.31, 1.22, 1.40, 0, 0.4).rows(),
                List.of(row(Mode.PLAIN, 0, 1, 1, 1, 0), row(Mode.TREE, 0, 0.26, 0.2, 0.3, 1)));
        List<String> lines = tables.print().lines().toList();
        assertTrue(
                lines.get(1)
                        .matches(
                                "with the draft \\(the default\\) +1.31 +1.22 to 1.40 +78.6 +1.50 +1.40 to 1.60 +0 +24 +0"),
                lines.get(1));
        assertTrue(lines.get(2).startsWith("without a draft "), lines.get(2));
        assertEquals(ResultTables.FIXED_TITLE, lines.get(6));
        assertTrue(lines.get(9).startsWith("tree gto "), lines.get(9));
    }

    @Test
    void theNextCommandSurvivesAShell() {
        assertEquals(
                "./gto4j chat -m /models/m.gguf -d quickstart/draft-gto.gguf",
                NextCommand.chat(Path.of("/models/m.gguf"), Path.of("quickstart/draft-gto.gguf")));
        assertEquals(
                "./gto4j chat -m 'a model'\\''s.gguf' -d '$x.gguf'",
                NextCommand.chat(Path.of("a model's.gguf"), Path.of("$x.gguf")));
    }
}
