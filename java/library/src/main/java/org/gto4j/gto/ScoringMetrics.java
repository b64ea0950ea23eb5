package org.gto4j.gto;

import java.util.Map;

/** What trees and their scores cost since it was last asked. */
final class ScoringMetrics {
    private long nodes;
    private long distinct;
    private long scored;
    private double bound;
    private double draftSeconds;
    private double targetSeconds;

    void scores(TreeScorer.Scores scores) {
        nodes += scores.nodes();
        distinct += scores.distinct();
        scored += scores.scored();
        bound = Math.max(bound, scores.bound());
    }

    void draftSince(long nanos) {
        draftSeconds += (System.nanoTime() - nanos) * 1e-9;
    }

    void targetSince(long nanos) {
        targetSeconds += (System.nanoTime() - nanos) * 1e-9;
    }

    /** Nodes a position, of so many. */
    void putNodes(Map<String, Double> figures, int positions) {
        figures.put("nodes_naive", (double) nodes / positions);
        figures.put("nodes_distinct", (double) distinct / positions);
        figures.put("nodes_scored", (double) scored / positions);
        figures.put("error_bound", bound);
    }

    /** Seconds; then starts anew. */
    void takeSeconds(Map<String, Double> figures) {
        figures.put("seconds_draft", draftSeconds);
        figures.put("seconds_target", targetSeconds);
        nodes = 0;
        distinct = 0;
        scored = 0;
        bound = 0;
        draftSeconds = 0;
        targetSeconds = 0;
    }
}
