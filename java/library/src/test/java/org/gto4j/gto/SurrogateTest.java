package org.gto4j.gto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurrogateTest {
    private static final double EPS = 0.2;
    private static final double DUAL = 1.8;

    private static GroupOptions options(double dual) {
        return GroupOptions.builder().clip(EPS).dualClip(dual).build();
    }

    /**
     * The papers' formulas, written out: min(s A, clip(s, 1 - eps, 1 + eps) A), s = exp((log M - log M0) / max(l, 1));
     * where A < 0 at least c A.
     */
    private static double formula(double[] logM, double logM0, double advantage, double dual) {
        double sum = 0;
        for (double value : logM) {
            sum += value;
        }
        double s = Math.exp((sum - logM0) / Math.max(logM.length, 1));
        double clipped = Math.min(Math.max(s, 1 - EPS), 1 + EPS);
        double value = Math.min(s * advantage, clipped * advantage);
        return advantage < 0 && dual > 0 ? Math.max(value, dual * advantage) : value;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, DUAL})
    void weightIsTheDerivativeByEachLogProbability(double dual) {
        SplittableRandom random = new SplittableRandom(7);
        int clipped = 0;
        for (int round = 0; round < 2000; round++) {
            int length = 1 + random.nextInt(6);
            double[] logM = random.doubles(length, -3, 0).toArray();
            double sum = Arrays.stream(logM).sum();
            double logM0 = sum + random.nextDouble(-1, 1) * length;
            double advantage = random.nextDouble(-2, 2);
            Surrogate surrogate = Surrogate.of(sum - logM0, advantage, length, options(dual));
            if (DoubleStream.of(1 - EPS, 1 + EPS, DUAL).anyMatch(kink -> Math.abs(surrogate.ratio() - kink) < 1e-3)) {
                continue;
            }
            assertEquals(formula(logM, logM0, advantage, dual), surrogate.value(), 1e-12);
            int j = random.nextInt(length);
            double h = 1e-6;
            logM[j] += h;
            double up = formula(logM, logM0, advantage, dual);
            logM[j] -= 2 * h;
            double down = formula(logM, logM0, advantage, dual);
            assertEquals((up - down) / (2 * h), surrogate.weight(), 1e-6);
            clipped += surrogate.clipped() ? 1 : 0;
        }
        assertTrue(clipped > 200, "the clipped branch must be met: " + clipped);
    }

    @Test
    void positiveAdvantageRaisesLogM() {
        assertTrue(Surrogate.of(0, 1, 3, options(0)).weight() > 0);
        assertTrue(Surrogate.of(0, -1, 3, options(0)).weight() < 0);
    }

    @Test
    void aDualClipBoundsWhatANegativeAdvantageCanAskFor() {
        double log = Math.log(500) * 2;
        assertEquals(-250, Surrogate.of(log, -1, 2, options(0)).weight(), 1e-9);
        assertEquals(0, Surrogate.of(log, -1, 2, options(3)).weight());
        assertEquals(-3, Surrogate.of(log, -1, 2, options(3)).value(), 1e-12);
    }

    @Test
    void nothingAcceptedNoGradient() {
        Surrogate surrogate = Surrogate.of(0, 1.5, 0, options(0));
        assertEquals(0, surrogate.weight());
        assertEquals(1.5, surrogate.value());
    }
}
