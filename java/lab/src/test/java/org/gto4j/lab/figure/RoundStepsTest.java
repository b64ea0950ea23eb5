package org.gto4j.lab.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoundStepsTest {
    @Test
    void stepsAreOneTwoOrFiveTimesAPowerOfTen() {
        assertEquals(
                List.of("0", "0.2", "0.4", "0.6", "0.8", "1.0"),
                RoundSteps.around(0, 0.93, 7).labels());
        assertEquals(
                List.of("500", "1,000", "1,500", "2,000", "2,500", "3,000"),
                RoundSteps.inside(1, 3202, 7, true).labels());
        assertEquals(
                List.of("-4", "-2", "0", "2", "4"),
                RoundSteps.around(-2.1, 3, 6).labels());
        assertEquals(
                List.of("0", "1e-5", "2e-5", "3e-5"),
                RoundSteps.around(0, 3e-5, 5).labels());
        assertEquals(
                List.of("0", "0.5M", "1M", "1.5M"),
                RoundSteps.around(0, 1.4e6, 5).labels());
        assertEquals(List.of("1", "2", "3"), RoundSteps.inside(1, 3, 7, true).labels(), "no halves of whole numbers");
    }

    @Test
    void stepsAreFewAndReachWhatTheyShould() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 10_000; i++) {
            double low = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-8, 9));
            double high = low + random.nextDouble(1e-6, 1) * Math.pow(10, random.nextInt(-2, 9));
            RoundSteps around = RoundSteps.around(low, high, 7);
            double slack = 1e-6 * (high - low);
            assertTrue(
                    around.lowest() <= low + slack && around.highest() >= high - slack,
                    low + ".." + high + " " + around);
            RoundSteps inside = RoundSteps.inside(low, high, 7, false);
            assertTrue(
                    inside.lowest() >= low - slack && inside.highest() <= high + slack,
                    low + ".." + high + " " + inside);
            assertTrue(around.values().size() <= 7
                    && inside.values().size() <= 7
                    && inside.values().size() >= 2);
            assertEquals(
                    around.values().size(), around.labels().stream().distinct().count());
        }
    }

    @Test
    void numbersAreShownWithFourDigits() {
        assertEquals("3.142", Figures.shown(Math.PI));
        assertEquals("0", Figures.shown(0));
        assertEquals("12,350", Figures.shown(12345.678));
        assertEquals("1", Figures.shown(0.99999));
        assertEquals("-2.5e-5", Figures.shown(-2.5e-5));
        assertEquals("0.0123", Figures.shown(0.0123));
    }
}
