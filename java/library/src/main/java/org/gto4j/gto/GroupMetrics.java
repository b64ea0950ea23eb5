package org.gto4j.gto;

import java.util.LinkedHashMap;
import java.util.Map;

/** Phase II's figures since they were last taken. */
public final class GroupMetrics {
    private final ScoringMetrics scoring = new ScoringMetrics();
    private int positions;
    private double reward;
    private double gain;
    private double difference;
    private double length;
    private int clipped;
    private int carrying;
    private double largestRatio;
    private double error = Double.NaN;

    void position(double itsReward, double itsDifference, Surrogate surrogate) {
        positions++;
        reward += itsReward;
        gain += itsDifference;
        difference += Math.abs(itsDifference);
        length += surrogate.length();
        if (surrogate.length() > 0) {
            carrying++;
            largestRatio = Math.max(largestRatio, surrogate.ratio());
            clipped += surrogate.clipped() ? 1 : 0;
        }
    }

    ScoringMetrics scoring() {
        return scoring;
    }

    /** Of a reward that was asked for in full, too. */
    void error(double itsError) {
        error = Double.isNaN(error) ? itsError : Math.max(error, itsError);
    }

    /** The figures by the names that {@link GroupTreeOptimization} documents; then starts anew. */
    Map<String, Double> take() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("positions", (double) positions);
        if (positions > 0) {
            figures.put("reward", reward / positions);
            figures.put("reward_gain", gain / positions);
            figures.put("abs_reward_difference", difference / positions);
            figures.put("accepted_length", length / positions);
            figures.put("clipped", (double) clipped / Math.max(1, carrying));
            figures.put("largest_ratio", largestRatio);
            scoring.putNodes(figures, positions);
            if (!Double.isNaN(error)) {
                figures.put("error_sampled", error);
            }
        }
        scoring.takeSeconds(figures);
        positions = 0;
        reward = 0;
        gain = 0;
        difference = 0;
        length = 0;
        clipped = 0;
        carrying = 0;
        largestRatio = 0;
        error = Double.NaN;
        return figures;
    }
}
