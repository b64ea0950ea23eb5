package org.gto4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateTest {
    @ParameterizedTest
    @EnumSource(LearningRate.Decay.class)
    void warmUpThenDownToTheFloor(LearningRate.Decay decay) {
        LearningRate rate = new LearningRate(2, 0.1f, decay, 0.25f);
        assertEquals(0.2, rate.at(0), 1e-6);
        assertEquals(1.1, rate.at(0.05), 1e-6);
        assertEquals(2, rate.at(0.1f), 1e-6);
        assertEquals(decay == LearningRate.Decay.CONSTANT ? 2 : 0.5, rate.at(1), 1e-6);
        assertEquals(rate.at(1), rate.at(3));
        for (double x = 0.1; x < 1; x += 0.01) {
            assertTrue(rate.at(x + 0.01) <= rate.at(x) + 1e-7, "rises at " + x);
        }
    }

    @Test
    void shapes() {
        assertEquals(2 * (0.25 + 0.75 * 0.5), new LearningRate(2, 0, LearningRate.Decay.COSINE, 0.25f).at(0.5), 1e-6);
        assertEquals(2 * (0.25 + 0.75 * 0.75), new LearningRate(2, 0, LearningRate.Decay.LINEAR, 0.25f).at(0.25), 1e-6);
    }

    @Test
    void passesFollowTheShareOfTheBudget() {
        TrainingOptions options = TrainingOptions.phaseOne(Budget.steps(10))
                .curriculum(2, 7, 0.35)
                .build();
        assertEquals(2, options.passesAt(0.34));
        assertEquals(7, options.passesAt(0.35));
    }

    @Test
    void badValuesAreNamed() {
        assertTrue(assertThrows(GtoException.class, () -> LearningRate.cosine(-1))
                .getMessage()
                .contains("peak -1.0"));
        assertTrue(assertThrows(GtoException.class, () -> Budget.minutes(0))
                .getMessage()
                .contains("minutes"));
        assertTrue(assertThrows(GtoException.class, () -> TrainingOptions.phaseOne(Budget.steps(1))
                        .curriculum(8, 7, 0.1)
                        .build())
                .getMessage()
                .contains("earlyPasses: expected 1..7, found 8"));
    }

    @Test
    void paceOfEachBudget() {
        assertEquals(0.25, new BudgetProgress(Budget.steps(8), 1, 0).fraction(2, 1e9));
        assertEquals(0.5, new BudgetProgress(Budget.minutes(2), 1, 0).fraction(99, 60));
        assertEquals(0.25, new BudgetProgress(Budget.cpuMinutes(4), 1, 0).fraction(99, 60));
        BudgetProgress epochs = new BudgetProgress(Budget.epochs(3), 2, 11);
        assertEquals(6, epochs.totalSteps());
        assertEquals(0.5, epochs.fraction(3, 0));
        assertEquals(1, epochs.fraction(7, 0));
    }
}
