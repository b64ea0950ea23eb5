package org.gto4j.tree;

/**
 * How much longer plain cycles take just after others: caches hold what those needed, and it takes some cycles until
 * they are as fast as they can be. Learned from runs of plain cycles, the first ones beside the next. Not thread-safe.
 */
final class Settling {
    private static final int FIRST = 4;
    private static final int NEXT = 4;
    private static final double LEARN = 0.1;
    private static final double MOST = 3;

    private double cycles;
    private double runs;
    private int run;
    private double first;
    private double next;

    /** Another cycle than a plain one is over. */
    void interrupted() {
        run = 0;
        first = 0;
        next = 0;
    }

    /** What cycles just after a prompt take tells nothing. */
    void textBegins() {
        run = FIRST + NEXT;
    }

    /**
     * A plain cycle is over.
     *
     * @param ratio of what it took to what costs say
     */
    void plain(double ratio) {
        if (run == FIRST + NEXT) {
            return;
        }
        if (run < FIRST) {
            first += ratio;
        } else {
            next += ratio;
        }
        run++;
        if (run == FIRST + NEXT && next > 0) {
            double more = Math.max(-MOST, Math.min(MOST, first / next * NEXT - FIRST));
            cycles += Math.max(LEARN, 1 / ++runs) * (more - cycles);
        }
    }

    /** What a run of plain cycles takes more because another cycle came before it, in plain cycles; at least 0. */
    double cycles() {
        return Math.max(0, cycles);
    }
}
