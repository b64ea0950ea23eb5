package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AcceptanceModelTest {
    @Test
    void startsByBelievingTheDraft() {
        AcceptanceModel model = new AcceptanceModel();
        for (double p : new double[] {0.01, 0.3, 0.9}) {
            assertEquals(p, model.probability((float) Math.log(p), 1), 1e-6);
            assertEquals(p, model.probability((float) Math.log(p), 30), 1e-6);
        }
    }

    /** A target that accepts by another curve, and less far down: the estimates come to it. */
    @Test
    void learnsTheTargetsCurve() {
        AcceptanceModel model = new AcceptanceModel();
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 60_000; i++) {
            double p = random.nextDouble(0.02, 0.98);
            int depth = 1 + random.nextInt(3);
            model.learn((float) Math.log(p), depth, random.nextDouble() < truth(p, depth));
        }
        for (double p : new double[] {0.1, 0.3, 0.5, 0.7, 0.9}) {
            for (int depth = 1; depth <= 3; depth++) {
                assertEquals(
                        truth(p, depth), model.probability((float) Math.log(p), depth), 0.04, p + " at depth " + depth);
            }
        }
    }

    private static double truth(double p, int depth) {
        return 1 / (1 + Math.exp(-(0.6 * Math.log(p / (1 - p)) + 0.5 - 0.4 * depth)));
    }

    @Test
    void aMoreProbableTokenNeverCountsLess() {
        AcceptanceModel model = new AcceptanceModel();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 2000; i++) {
            double p = random.nextDouble();
            model.learn((float) Math.log(p), 1, random.nextDouble() > p); // the draft is worse than useless
        }
        double before = 0;
        for (int i = 0; i <= 100; i++) {
            double now = model.probability((float) Math.log(i / 100.0), 1);
            assertTrue(now >= before && now >= 0 && now <= 1, i + ": " + now);
            before = now;
        }
    }
}
