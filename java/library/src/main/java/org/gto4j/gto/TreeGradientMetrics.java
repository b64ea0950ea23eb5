package org.gto4j.gto;

import java.util.LinkedHashMap;
import java.util.Map;

/** The tree gradient's figures since they were last taken. */
final class TreeGradientMetrics {
    private final ScoringMetrics scoring = new ScoringMetrics();
    private int positions;
    private double reward;
    private double softReward;
    private double border;
    private long nodes;

    ScoringMetrics scoring() {
        return scoring;
    }

    void position(double itsReward, SoftReward soft, int itsNodes) {
        positions++;
        reward += itsReward;
        softReward += soft.length();
        border += soft.border();
        nodes += itsNodes;
    }

    /** The figures by the names that {@link TreeGradient} documents; then starts anew. */
    Map<String, Double> take() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("positions", (double) positions);
        if (positions > 0) {
            figures.put("reward", reward / positions);
            figures.put("soft_reward", softReward / positions);
            figures.put("border", border / positions);
            figures.put("tree_nodes", (double) nodes / positions);
            scoring.putNodes(figures, positions);
        }
        scoring.takeSeconds(figures);
        positions = 0;
        reward = 0;
        softReward = 0;
        border = 0;
        nodes = 0;
        return figures;
    }
}
