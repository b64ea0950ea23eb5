package org.gto4j.tree;

/**
 * When to stop drafting because it doesn't pay, and when to try again: after each trial that ends below plain decoding
 * the rest is twice as long. Not thread-safe.
 */
final class DraftPause {
    private static final int FIRST_TRIAL = 12;
    private static final int LATER_TRIAL = 4;
    private static final int SHORTEST = 16;
    private static final int LONGEST = 512;
    private static final double FORGET = 0.06;
    /** A trial that gives less of plain decoding's speed ends at a third of a first trial or half of a later one. */
    private static final double CLEARLY_SLOWER = 0.75;

    private int trial = FIRST_TRIAL;
    private int length = SHORTEST;
    private int left;
    private int drafted;
    private double plainSeconds;
    private double seconds;

    /** A new text begins, which may be of another kind: the next cycle is a trial. */
    void textBegins() {
        left = 0;
    }

    /** True if the next cycle shall draft; each false is a cycle of the rest. */
    boolean isOver() {
        if (left == 0) {
            return true;
        }
        left--;
        return false;
    }

    /**
     * A cycle that drafted took {@code cost} seconds; plain decoding would have taken {@code plain} seconds for what it
     * gained.
     */
    void drafted(double plain, double cost) {
        plainSeconds += plain - FORGET * plainSeconds;
        seconds += cost - FORGET * seconds;
        drafted++;
        boolean slower = plainSeconds < CLEARLY_SLOWER * seconds;
        int shortest = trial == FIRST_TRIAL ? FIRST_TRIAL / 3 : LATER_TRIAL / 2;
        if (drafted < (slower ? shortest : trial)) {
            return;
        }
        if (plainSeconds >= seconds) {
            trial = FIRST_TRIAL;
            length = SHORTEST;
            return;
        }
        left = length;
        length = Math.min(LONGEST, 2 * length);
        trial = LATER_TRIAL;
        drafted = 0;
        plainSeconds = 0;
        seconds = 0;
    }
}
