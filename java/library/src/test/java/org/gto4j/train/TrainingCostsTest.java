package org.gto4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.gto4j.error.GtoException;
import org.gto4j.model.TargetInfo;
import org.junit.jupiter.api.Test;

class TrainingCostsTest {
    private static final TargetInfo SMOLLM2 = new TargetInfo(
            49152, 576, 30, 9, 3, 64, 1536, 8192, 10000, 1e-5f, 1, 2, false, true, false, 134_515_008, 269_000_000);
    private static final int[][] STEPS = {
        {48, 2048, 1}, {48, 8192, 1}, {160, 2048, 1}, {160, 8192, 3}, {320, 2048, 3}, {320, 8192, 1}, {640, 2048, 2}
    };

    private static List<TrainingWork> work() {
        List<TrainingWork> work = new ArrayList<>();
        for (int[] step : STEPS) {
            work.add(TrainingWork.of(SMOLLM2, step[1], step[0], step[2], 1));
        }
        return work;
    }

    private static double[] seconds(TrainingCosts costs) {
        return work().stream().mapToDouble(costs::seconds).toArray();
    }

    @Test
    void costsAreFoundAgain() {
        TrainingCosts costs = new TrainingCosts(1e-11, 3e-11, 8e-12, 4e-9, 0);
        TrainingCosts found = TrainingCosts.fit(work(), seconds(costs));
        assertEquals(1, found.layer() / costs.layer(), 1e-4);
        assertEquals(1, found.attention() / costs.attention(), 1e-4);
        assertEquals(1, found.head() / costs.head(), 1e-4);
        assertEquals(1, found.parameters() / costs.parameters(), 1e-4);
        assertEquals(0, found.error(), 1e-6);
    }

    @Test
    void noCostIsNegativeAndOneThatIsNothingIsFoundToBe() {
        TrainingCosts found = TrainingCosts.fit(work(), seconds(new TrainingCosts(1e-11, 0, 8e-12, 0, 0)));
        assertEquals(1, found.layer() / 1e-11, 1e-3);
        assertTrue(found.attention() >= 0 && found.parameters() >= 0);
        // times that fall with the work of attention would want a negative cost
        double[] seconds = seconds(new TrainingCosts(1e-11, -2e-12, 8e-12, 1e-9, 0));
        found = TrainingCosts.fit(work(), seconds);
        assertEquals(0, found.attention());
    }

    @Test
    void noiseMovesThePredictionLittle() {
        TrainingCosts costs = new TrainingCosts(1e-11, 3e-11, 8e-12, 4e-9, 0);
        SplittableRandom random = new SplittableRandom(5);
        double[] seconds = seconds(costs);
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] *= random.nextDouble(0.95, 1.05);
        }
        TrainingCosts found = TrainingCosts.fit(work(), seconds);
        assertEquals(
                1,
                found.secondsPerToken(SMOLLM2, 8192, 1024, 7, 1) / costs.secondsPerToken(SMOLLM2, 8192, 1024, 7, 1),
                0.15);
        assertTrue(found.error() > 0.001 && found.error() < 0.05, "error " + found.error());
    }

    @Test
    void workIsThatOfTheNet() {
        TrainingWork one = TrainingWork.of(SMOLLM2, 8192, 1026, 1, 1);
        assertEquals(8.0 * 1024 * 8192 * 576, one.head());
        // shape.cpp: fc 3 d d, q 2 d 576, k and v 2 d 192, o 576 d, three of d n_ff, four norms, the head
        assertEquals(
                3 * 576 * 576 + 2 * 576 * 960 + 576 * 576 + 3 * 576 * 1536 + 4 * 576 + 8192 * 576, one.parameters());
        TrainingWork seven = TrainingWork.of(SMOLLM2, 8192, 1026, 7, 1);
        assertEquals((6.0 * 7 + 2) * 1024 * 8192 * 576, seven.head());
        assertEquals(7, seven.attention() / one.attention(), 1e-12);
        TrainingWork leaving = TrainingWork.of(SMOLLM2, 8192, 1026, 7, 0.5);
        assertEquals((6.0 * (2 - 1.0 / 64) + 2) * 1024 * 8192 * 576, leaving.head(), 1);
        assertThrows(GtoException.class, () -> TrainingWork.of(SMOLLM2, 8192, 2, 1, 1));
        assertThrows(GtoException.class, () -> TrainingWork.of(SMOLLM2, 8192, 100, 1, 0));
    }
}
