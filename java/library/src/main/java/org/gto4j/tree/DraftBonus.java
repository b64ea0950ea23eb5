package org.gto4j.tree;

/**
 * What a draft adds to copying the text, and what it takes, by the cycles that drafted: so that a draft can be left out
 * where copies are nearly sure. Not thread-safe.
 *
 * <p>A draft helps where the copy is wrong within the levels that are drafted. So what a cycle gains beyond its copy is
 * counted by the probability of that: bonus = sum of gains / sum of probabilities.
 */
final class DraftBonus {
    private static final double FORGET = 0.02;
    /** Cycles before which a draft is never left out. */
    private static final double FIRST = 8;

    private double gains;
    private double misses;
    private double seconds;
    private double levels;
    private double cycles;

    /** How many levels are drafted on average, at least 1. */
    int levels() {
        return cycles == 0 ? 1 : Math.max(1, (int) Math.round(levels / cycles));
    }

    /**
     * Whether drafting is worth its time.
     *
     * @param miss probability that the copy is wrong within {@link #levels()}; 1: there is none
     * @param rate tokens a second that the time would gain otherwise
     */
    boolean isWorthItsTime(double miss, double rate) {
        return cycles < FIRST || miss * gains * cycles >= rate * seconds * misses;
    }

    /**
     * A cycle has drafted.
     *
     * @param miss as in {@link #isWorthItsTime}, before the cycle
     * @param gain tokens more than by copying alone, less those that its larger pass would have gained otherwise
     * @param took seconds of the draft
     * @param drafted levels
     */
    void learn(double miss, double gain, double took, int drafted) {
        double kept = 1 - FORGET;
        gains = kept * gains + gain;
        misses = kept * misses + miss;
        seconds = kept * seconds + took;
        levels = kept * levels + drafted;
        cycles = kept * cycles + 1;
    }
}
