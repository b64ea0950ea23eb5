package org.gto4j.gto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AdvantagesTest {
    @Test
    void standardised() {
        double[] advantages = Advantages.of(new double[] {1, 2, 3, 6}, 1e-9);
        assertEquals(0, Arrays.stream(advantages).sum(), 1e-9);
        assertEquals(4, Arrays.stream(advantages).map(a -> a * a).sum(), 1e-6);
        assertArrayEquals(
                new double[] {-2, -1, 0, 3},
                Arrays.stream(advantages).map(a -> a * Math.sqrt(3.5)).toArray(),
                1e-6);
    }

    @Test
    void shiftDoesNotMatterAndEqualRewardsGiveZero() {
        assertArrayEquals(
                Advantages.of(new double[] {1, 2, 4}, 0.1), Advantages.of(new double[] {11, 12, 14}, 0.1), 1e-9);
        assertArrayEquals(new double[3], Advantages.of(new double[] {5, 5, 5}, 1e-4), 0);
    }

    @Test
    void deltaTamesSmallDifferences() {
        assertEquals(0.5, Advantages.of(new double[] {-0.01, 0.01}, 0.01)[1], 1e-9);
    }

    @Test
    void oneAmongOthersOfItsText() {
        assertEquals(3 / Math.sqrt(3.5), Advantages.of(new double[] {1, 2, 3, 6}, 1e-9)[3], 1e-6);
        assertEquals(0, Advantages.of(new double[] {1, 2, 3, 6}, 1e-4)[2], 1e-9);
    }
}
