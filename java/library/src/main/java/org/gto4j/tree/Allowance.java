package org.gto4j.tree;

/**
 * How much drafts and copies may still lose against plain decoding, in plain cycles: 0.75% of plain decoding's time,
 * and what they gained before, up to a limit. Once it is spent, all cycles are plain ones until it holds what a trial
 * may lose. So a long run takes at most 0.75% and 24 cycles longer than plain decoding, however often texts promise
 * what they don't keep. Not thread-safe.
 */
final class Allowance {
    private static final double SHARE = 0.0075;
    private static final double MOST = 24;
    private static final double TRIAL = 3;

    private double balance = MOST;
    private boolean spent;

    /**
     * A cycle is over.
     *
     * @param tokens gained: plain decoding would have taken so many cycles, 1 or more
     * @param cost of the cycle, in plain cycles
     */
    void cycle(double tokens, double cost) {
        balance = Math.min(MOST, balance + (1 + SHARE) * tokens - cost);
        spent = balance < (spent ? TRIAL : 0);
    }

    /** Whether only plain cycles are allowed. */
    boolean isSpent() {
        return spent;
    }
}
