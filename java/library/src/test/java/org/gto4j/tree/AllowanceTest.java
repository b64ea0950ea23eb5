package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What drafts may lose. */
class AllowanceTest {
    private final Allowance allowance = new Allowance();

    /** Cycles of a draft until it is spent. */
    private int drafted(double tokens, double cost) {
        int cycles = 0;
        while (!allowance.isSpent()) {
            allowance.cycle(tokens, cost);
            cycles++;
        }
        return cycles;
    }

    private int plain() {
        int cycles = 0;
        while (allowance.isSpent()) {
            allowance.cycle(1, 1);
            cycles++;
        }
        return cycles;
    }

    @Test
    void aLongRunLosesTheShareAlone() {
        SplittableRandom random = new SplittableRandom(3);
        double tokens = 0;
        double seconds = 0;
        for (int cycle = 0; cycle < 100_000; cycle++) {
            boolean drafts = !allowance.isSpent();
            double cost = drafts ? 0.5 + 3 * random.nextDouble() : 1;
            double gained = drafts && random.nextDouble() < 0.3 ? 2 : 1;
            allowance.cycle(gained, cost);
            tokens += gained;
            seconds += cost;
        }
        assertEquals(1.0075, seconds / tokens, 0.001);
    }

    @Test
    void trialsAreShortAndFarBetween() {
        assertEquals(25, drafted(1, 2), "what a new one may lose");
        for (int trial = 0; trial < 5; trial++) {
            assertEquals(400, plain(), 150);
            assertEquals(4, drafted(1, 2));
        }
    }

    @Test
    void whatPaysIsNeverStopped() {
        for (int cycle = 0; cycle < 10_000; cycle++) {
            allowance.cycle(cycle % 2 == 0 ? 1 : 3, 1.5);
            assertFalse(allowance.isSpent());
        }
    }

    @Test
    void gainsOfLongAgoDontCount() {
        for (int cycle = 0; cycle < 10_000; cycle++) {
            allowance.cycle(4, 1);
        }
        assertTrue(drafted(1, 2) <= 25);
    }
}
