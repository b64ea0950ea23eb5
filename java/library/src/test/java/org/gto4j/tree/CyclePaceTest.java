package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What cycles of all kinds take beside plain ones, learned from their times under a load that changes. */
class CyclePaceTest {
    private final CyclePace pace = new CyclePace();
    private final SplittableRandom random = new SplittableRandom(3);

    /** Turns of cycles with drafts and plain ones; those that draft take {@code factor} times what costs say. */
    private void turns(int count, double factor) {
        double load = 1;
        for (int turn = 0; turn < count; turn++) {
            for (int i = 0; i < 6; i++) {
                load = Math.max(0.5, Math.min(2, load * Math.exp(0.1 * (random.nextDouble() - 0.5))));
                pace.took(true, 5, 0.02, 0.02 * load * factor * noise());
            }
            for (int i = 0; i < 8; i++) {
                pace.took(false, 1, 0.01, 0.01 * load * noise());
            }
        }
    }

    private double noise() {
        return Math.exp(0.2 * (random.nextDouble() - 0.5));
    }

    @Test
    void findsWhatDraftingTakesUnderAnyLoad() {
        assertFalse(pace.isUnsure(true), "nothing is timed");
        pace.took(true, 5, 0.02, 0.03);
        assertTrue(pace.isUnsure(true));
        turns(20, 1.4);
        assertFalse(pace.isUnsure(true));
        assertEquals(1.4, pace.factor(true, 5), 0.1);
        turns(40, 0.8);
        assertEquals(0.8, pace.factor(true, 5), 0.06);
        assertEquals(1, pace.factor(false, 1), "plain cycles take what costs say");
    }

    @Test
    void takesTheNearestSizeForOneThatWasNeverSeen() {
        turns(20, 1.4);
        assertEquals(pace.factor(true, 5), pace.factor(true, 40));
        assertEquals(pace.factor(true, 5), pace.factor(true, 1));
        assertEquals(1, pace.factor(false, 5), "nothing is known of trees without a draft");
    }

    @Test
    void isNotMisledByCyclesThatWereHeldUp() {
        turns(20, 1.2);
        for (int i = 0; i < 10; i++) {
            turns(1, 1.2);
            pace.took(false, 1, 0.01, 100);
        }
        assertEquals(1.2, pace.factor(true, 5), 0.15);
        pace.took(true, 5, 0.02, 0);
        pace.took(true, 5, 0.02, 0);
        assertTrue(Double.isFinite(pace.factor(true, 5)), "a clock that stands still");
    }
}
