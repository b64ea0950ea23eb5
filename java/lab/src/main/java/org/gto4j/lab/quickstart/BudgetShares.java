package org.gto4j.lab.quickstart;

import java.util.Arrays;

/**
 * How the time is shared out; each part gets its share of what is left when it starts, so that a slow part shortens the
 * later ones.
 *
 * @param setup weight of finding tools and model (it takes what it takes)
 * @param regeneration weight of the target's answers
 * @param phaseOne weight of Phase I
 * @param phaseTwo weight of Phase II
 * @param evaluation weight of the evaluation
 * @param report weight of the report
 */
record BudgetShares(
        double setup, double regeneration, double phaseOne, double phaseTwo, double evaluation, double report) {
    /** What a draft from nothing on two cores needs: most of all, tokens seen in Phase I. */
    static final BudgetShares DEFAULT = new BudgetShares(0, 0.28, 0.43, 0.11, 0.15, 0.03);

    /** Seconds for a part when {@code secondsLeft} remain for it and all later parts. */
    double seconds(Part part, double secondsLeft) {
        double[] weights = {setup, regeneration, phaseOne, phaseTwo, evaluation, report};
        double open = Arrays.stream(weights, part.ordinal(), weights.length).sum();
        return Math.max(0, secondsLeft) * weights[part.ordinal()] / open;
    }
}
