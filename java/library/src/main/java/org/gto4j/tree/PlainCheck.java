package org.gto4j.tree;

/**
 * When to decode plainly for a few cycles only to see how long they take, which {@link CyclePace} compares with the
 * other ones: soon where nobody knows yet, then now and then. Not thread-safe.
 */
final class PlainCheck {
    private static final int LENGTH = 8;
    /** Other cycles after which it is done again. */
    private static final int EVERY = 256;
    /** The first check comes after so many, or so many where costs promise a clear gain. */
    private static final int FIRST = 12;

    private static final int FIRST_WITH_GAIN = 128;
    private static final double CLEAR_GAIN = 1.5;

    private int left;
    private int others;
    private int plain;

    /** Whether the next cycle is a plain one. */
    boolean isDue() {
        return left > 0;
    }

    /**
     * A cycle is over, and its time is known: where cycles aren't timed there is nothing to find out.
     *
     * @param wasPlain one token, without a draft
     * @param unsure costs of its kind have not been compared yet
     * @param speedup over plain decoding, as costs have it
     */
    void cycle(boolean wasPlain, boolean unsure, double speedup) {
        if (wasPlain) {
            left = Math.max(0, left - 1);
            plain++;
            if (plain == LENGTH) {
                others = 0;
            }
            return;
        }
        plain = 0;
        others++;
        if (others >= (!unsure ? EVERY : speedup < CLEAR_GAIN ? FIRST : FIRST_WITH_GAIN)) {
            left = LENGTH;
            others = 0;
        }
    }
}
