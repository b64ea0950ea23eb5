package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DraftBonusTest {
    @Test
    void draftsUntilItKnows() {
        DraftBonus bonus = new DraftBonus();
        assertEquals(1, bonus.levels());
        assertTrue(bonus.isWorthItsTime(0, 1e9));
        for (int cycle = 0; cycle < 20; cycle++) {
            bonus.learn(1, 0, 1, 3);
        }
        assertFalse(bonus.isWorthItsTime(1, 0.001), "it has never gained anything");
        assertEquals(3, bonus.levels());
    }

    /** A draft gains two tokens wherever the copy is wrong, and takes a tenth of a second. */
    @Test
    void weighsWhatItGainsWhereTheCopyIsWrong() {
        DraftBonus bonus = new DraftBonus();
        for (int cycle = 0; cycle < 200; cycle++) {
            double miss = cycle % 2 == 0 ? 1 : 0.5;
            bonus.learn(miss, 2 * miss, 0.1, cycle % 2 == 0 ? 2 : 4);
        }
        assertEquals(3, bonus.levels());
        double rate = 4; // tokens a second: 0.4 in the draft's time
        assertTrue(bonus.isWorthItsTime(1, rate));
        assertTrue(bonus.isWorthItsTime(0.21, rate));
        assertFalse(bonus.isWorthItsTime(0.19, rate));
        assertFalse(bonus.isWorthItsTime(1, 21));
    }

    @Test
    void followsWhatChanges() {
        DraftBonus bonus = new DraftBonus();
        for (int cycle = 0; cycle < 500; cycle++) {
            bonus.learn(1, 2, 0.1, 2);
        }
        for (int cycle = 0; cycle < 200; cycle++) {
            bonus.learn(1, -1, 0.1, 2);
        }
        assertFalse(bonus.isWorthItsTime(1, 1));
    }
}
