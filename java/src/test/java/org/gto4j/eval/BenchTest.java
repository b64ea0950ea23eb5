package org.gto4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class BenchTest {
    private static Measurement measured(String draft, Mode mode, String prompt, double seconds) {
        return new Measurement(draft, mode, 0, "set", prompt, 50, mode == Mode.PLAIN ? 50 : 100, 50, seconds);
    }

    private static List<BenchRow> rows(double... factors) {
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < factors.length; i++) {
            double seconds = 1 + i; // prompts differ, ways of decoding one prompt compare
            measurements.add(measured("none", Mode.PLAIN, "p" + i, seconds));
            measurements.add(measured("gto", Mode.TREE, "p" + i, seconds / factors[i]));
        }
        return Bench.rows(measurements, Bootstrap.standard());
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
    void withoutPlainDecodingThereIsNoSpeedup() {
        BenchRow tree = Bench.rows(List.of(measured("gto", Mode.TREE, "p", 1)), Bootstrap.standard()).get(0);
        assertTrue(Double.isNaN(tree.speedupInterval().low()));
        assertTrue(tree.toJson().path("speedup_ci95").get(0).isNull());
    }

    @Test
    void theTableHasAPartATemperatureAndAColumnPairADataset() {
        List<BenchRow> rows = new ArrayList<>(rows(2, 2));
        String text = BenchTable.print(rows);
        assertEquals(List.of("temperature 0.0", "          set SR           95%   tau           95%", "plain       1.00  [1.00, 1.00]  1.00  [1.00, 1.00]",
            "tree gto    2.00  [2.00, 2.00]  2.00  [2.00, 2.00]"), text.lines().toList());
    }
}
