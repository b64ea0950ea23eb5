package org.gto4j.gto;

import java.util.LinkedHashMap;
import java.util.Map;

/** Phase II's figures since they were last taken. */
public final class GroupMetrics {
    private int positions;
    private double reward;
    private double gain;
    private double difference;
    private double length;
    private int clipped;
    private int carrying;
    private double largestRatio;
    private long nodes;
    private long distinct;
    private long scored;
    private double bound;
    private double error = Double.NaN;
    private double draftSeconds;
    private double targetSeconds;

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

    void scores(TreeScorer.Scores scores) {
        nodes += scores.nodes();
        distinct += scores.distinct();
        scored += scores.scored();
        bound = Math.max(bound, scores.bound());
    }

    /** Of a reward that was asked for in full, too. */
    void error(double itsError) {
        error = Double.isNaN(error) ? itsError : Math.max(error, itsError);
    }

    void draftSince(long nanos) {
        draftSeconds += (System.nanoTime() - nanos) * 1e-9;
    }

    void targetSince(long nanos) {
        targetSeconds += (System.nanoTime() - nanos) * 1e-9;
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
            figures.put("nodes_naive", (double) nodes / positions);
            figures.put("nodes_distinct", (double) distinct / positions);
            figures.put("nodes_scored", (double) scored / positions);
            figures.put("error_bound", bound);
            if (!Double.isNaN(error)) {
                figures.put("error_sampled", error);
            }
        }
        figures.put("seconds_draft", draftSeconds);
        figures.put("seconds_target", targetSeconds);
        positions = 0;
        reward = 0;
        gain = 0;
        difference = 0;
        length = 0;
        clipped = 0;
        carrying = 0;
        largestRatio = 0;
        nodes = 0;
        distinct = 0;
        scored = 0;
        bound = 0;
        error = Double.NaN;
        draftSeconds = 0;
        targetSeconds = 0;
        return figures;
    }
}
