package org.gto4j.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    @Test
    void equalUnitsHaveNoSpread() {
        Interval interval = Bootstrap.standard().ratio(new double[] {6, 6, 6}, new double[] {4, 4, 4});
        assertEquals(new Interval(1.5, 1.5), interval);
    }

    @Test
    void oneUnitIsItsOwnInterval() {
        assertEquals(new Interval(2.5, 2.5), Bootstrap.standard().ratio(new double[] {5}, new double[] {2}));
    }

    /**
     * Of two units with ratios 1 and 3, a resample is 1, 2, 2 or 3 with a quarter each: the outer 2.5% lie at 1 and 3.
     */
    @Test
    void twoUnitsReachBothEnds() {
        assertEquals(new Interval(1, 3), Bootstrap.standard().ratio(new double[] {1, 3}, new double[] {1, 1}));
    }

    /** Large units weigh more: it is a ratio of sums, not a mean of ratios. */
    @Test
    void sumsAreDividedNotRatiosAveraged() {
        double[] gained = new double[101];
        double[] cycles = new double[101];
        Arrays.fill(gained, 2);
        Arrays.fill(cycles, 1);
        gained[100] = 10_000;
        cycles[100] = 10_000;
        Interval interval = new Bootstrap(4000, 0.5, 3).ratio(gained, cycles);
        assertTrue(interval.low() < 1.03, interval.toString());
    }

    /** For means of many independent values the interval is about mean +- 1.96 standard errors. */
    @Test
    void agreesWithTheNormalInterval() {
        int units = 400;
        SplittableRandom random = new SplittableRandom(5);
        double[] values = new double[units];
        double[] ones = new double[units];
        Arrays.setAll(values, i -> random.nextDouble());
        Arrays.fill(ones, 1);
        double mean = Arrays.stream(values).average().orElseThrow();
        double deviation = Math.sqrt(
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / units);
        double half = 1.96 * deviation / Math.sqrt(units);
        Interval interval = new Bootstrap(20_000, 0.95, 11).ratio(values, ones);
        assertEquals(mean - half, interval.low(), 0.1 * half);
        assertEquals(mean + half, interval.high(), 0.1 * half);
    }

    /**
     * Units differ a lot, but both sides differ by the same in each: drawn in pairs there is nothing uncertain about
     * the difference.
     */
    @Test
    void whatPairsShareCancelsOut() {
        double[] ones = {1, 1, 1, 1};
        assertEquals(
                new Interval(0.5, 0.5),
                Bootstrap.standard()
                        .difference(new double[] {1.5, 2.5, 4.5, 8.5}, ones, new double[] {1, 2, 4, 8}, ones));
        Interval apart = Bootstrap.standard()
                .difference(new double[] {1.5, 2.5, 4.5, 8.5}, ones, new double[] {8, 4, 2, 1}, ones);
        assertTrue(apart.low() < -2 && apart.high() > 3, apart.toString());
        assertThrows(GtoException.class, () -> Bootstrap.standard().difference(ones, ones, ones, new double[3]));
    }

    @Test
    void theSeedDecides() {
        double[] gained = {3, 5, 9, 4, 8};
        double[] cycles = {2, 3, 4, 3, 5};
        assertEquals(
                new Bootstrap(100, 0.9, 1).ratio(gained, cycles), new Bootstrap(100, 0.9, 1).ratio(gained, cycles));
        assertTrue(!new Bootstrap(20, 0.9, 1)
                .ratio(gained, cycles)
                .equals(new Bootstrap(20, 0.9, 2).ratio(gained, cycles)));
    }

    @Test
    void nothingToEstimateFromIsNotANumber() {
        assertTrue(Double.isNaN(
                Bootstrap.standard().ratio(new double[0], new double[0]).low()));
        assertTrue(Double.isNaN(
                Bootstrap.standard().ratio(new double[] {0}, new double[] {0}).high()));
    }

    @Test
    void wrongArgumentsAreNamed() {
        assertThrows(GtoException.class, () -> new Bootstrap(0, 0.95, 0));
        assertThrows(GtoException.class, () -> new Bootstrap(10, 1, 0));
        assertThrows(GtoException.class, () -> Bootstrap.standard().ratio(new double[2], new double[1]));
    }
}
