package org.gto4j.tree;

/**
 * Whether plain cycles take as long as costs say, measured against the cycles with a draft just before them, so that
 * the machine's load makes no difference: costs are measured once, in passes of all sizes one after the other, and
 * where drafting hardly pays or hardly doesn't, a few percent decide. Not thread-safe.
 */
final class PlainPace {
    /** Cycles of a rest that are measured; the first one, of cold caches, isn't among them. */
    private static final int WINDOW = 12;

    private static final double FORGET = 1.0 / WINDOW;
    private static final double LEARN = 0.3;
    /** A cycle that took more than this of what is expected was held up by something else. */
    private static final double HELD_UP = 3;

    private static final double MOST = 1.5;

    private final Sum drafted = new Sum();
    private final Sum rested = new Sum();
    private boolean known;
    private double factor = 1;

    /** A cycle with a draft took so long; what was known of those before the last rest counts half. */
    void drafted(double expected, double took) {
        if (rested.count > 0) {
            drafted.startAgain(0.5);
            rested.startAgain(0);
        }
        drafted.add(expected, took, FORGET);
    }

    /** A plain cycle took so long. */
    void rested(double expected, double took) {
        if (rested.count > WINDOW || drafted.expected == 0) {
            return;
        }
        rested.add(expected, took, 0);
        if (rested.count > WINDOW) {
            double sample = Math.max(1 / MOST, Math.min(MOST, rested.ratio() / drafted.ratio()));
            factor = known ? factor + LEARN * (sample - factor) : sample;
            known = true;
        }
    }

    /** What plain cycles take, as a multiple of what costs say, if cycles with a draft take what costs say. */
    double factor() {
        return factor;
    }

    /** Whether cycles are timed but no rest was yet long enough to compare. */
    boolean isUnsure() {
        return !known && drafted.expected > 0;
    }

    private static final class Sum {
        private int count;
        private double expected;
        private double took;

        void add(double nextExpected, double nextTook, double forget) {
            count++;
            if (count > 1) {
                expected += nextExpected - forget * expected;
                took += Math.min(nextTook, HELD_UP * nextExpected) - forget * took;
            }
        }

        /** The next cycle is a first one again; what was added counts {@code kept} as much. */
        void startAgain(double kept) {
            count = 0;
            expected *= kept;
            took *= kept;
        }

        double ratio() {
            return took / expected;
        }
    }
}
