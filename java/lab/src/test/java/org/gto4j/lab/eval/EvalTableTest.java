package org.gto4j.lab.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gto4j.statistics.Interval;
import org.junit.jupiter.api.Test;

class EvalTableTest {
    private static final int TERMINAL = 80;

    private static EvalRow row(DecodingMethod method, double temperature, int prompts, double speedup) {
        return new EvalRow(
                method, temperature, "held-back", prompts, 1.98765, new Interval(1.8, 2.1), 12_345.67, speedup);
    }

    @Test
    void aTableForEachDatasetAndTemperatureWithADashForWhatIsMissing() {
        String table = EvalTable.print(List.of(
                new EvalRow(DecodingMethod.plain(), 0, "held-back", 12, 1, new Interval(1, 1), 45.25, 1),
                row(new DecodingMethod("eagle3", Mode.TREE, "tree 60/7/10"), 0, 12, 1.5),
                new EvalRow(
                        DecodingMethod.plain(), 1, "held-back", 1, 1, new Interval(Double.NaN, 1), 9.94, Double.NaN)));
        assertEquals(
                List.of(
                        "held-back, 12 prompts, temperature 0.0",
                        "                       tau    95% interval  tokens/s  speedup",
                        "plain                1.000  [1.000, 1.000]      45.3    1.00x",
                        "tree 60/7/10 eagle3  1.988  [1.800, 2.100]   12345.7    1.50x",
                        "held-back, 1 prompt, temperature 1.0",
                        "         tau  95% interval  tokens/s  speedup",
                        "plain  1.000             -       9.9        -"),
                table.lines().toList());
    }

    /** The longest names that options give, and a draft's file of any name. */
    @Test
    void itFitsATerminal() {
        String shape = "static 4/3-2-2-1/3-2-2-1/3/2";
        String table = EvalTable.print(List.of(
                row(DecodingMethod.plain(), 0, 80, 1),
                row(new DecodingMethod("draft-eagle3-of-a-model", Mode.STATIC, shape), 0, 80, 10.5),
                row(new DecodingMethod("gto", Mode.CHAIN, "chain 7"), 0, 80, Double.NaN)));
        List<String> lines = table.lines().toList();
        lines.forEach(line -> assertTrue(line.length() <= TERMINAL, line));
        assertEquals(
                List.of(
                        shape + " draft-eagle3-of-a-model",
                        "             1.988  [1.800, 2.100]   12345.7   10.50x",
                        "chain 7 gto  1.988  [1.800, 2.100]   12345.7        -"),
                lines.subList(3, 6));
    }
}
