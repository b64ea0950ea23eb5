package org.gto4j.tree;

/**
 * How long cycles really take, as multiples of what costs say, measured against plain cycles near them in time. Costs
 * are measured once, in passes of all sizes one after the other; where drafting hardly pays or hardly doesn't, a few
 * percent decide, and costs of a machine that was busy then may be far off. Not thread-safe.
 *
 * <p>The logarithm of (seconds taken / seconds by costs) of a cycle of kind k is load + pace[k] + noise. The load is
 * common to cycles that are near in time and changes slowly; the pace of plain cycles is 0. Kinds are drafting or not,
 * by sizes of the pass.
 */
final class CyclePace {
    /** Rows from which a size begins. */
    private static final int[] SIZES = {1, 2, 4, 8, 16};

    private static final int KINDS = 2 * SIZES.length;
    private static final int PLAIN = 0;
    /** What a cycle counts as a neighbour, for each cycle that has come since. */
    private static final double NEAR = 0.9;
    /** A pace moves by this part of what a cycle was off, or more while few have been seen. */
    private static final double LEARN = 0.05;
    /** The first cycles of a kind that count in full. */
    private static final double FIRST = 3;
    /** What is off by more, as a logarithm, moves a pace no further. */
    private static final double MOST_OFF = 0.4;
    /** A cycle that is off by more was held up by something else: it tells nothing of the load. */
    private static final double HELD_UP = 1;
    /** Paces are from its inverse to this. */
    private static final double MOST = 3;
    /** First cycles without a draft: they find the caches as drafting has left them. */
    private static final int UNSETTLED = 2;

    private final double[] pace = new double[KINDS];
    private final double[] compared = new double[KINDS];
    private final double[] neighbours = new double[KINDS];
    private final double[] offs = new double[KINDS];
    private boolean timed;
    private boolean draftedLast;
    private int sinceOther;

    /**
     * A cycle took so long.
     *
     * @param drafted its tree was drafted
     * @param rows of its pass
     * @param expected seconds by costs
     * @param took seconds
     */
    void took(boolean drafted, int rows, double expected, double took) {
        sinceOther = drafted == draftedLast ? sinceOther + 1 : 1;
        timed = true;
        draftedLast = drafted;
        if (!(took > 0) || sinceOther <= (drafted ? 1 : UNSETTLED)) {
            return;
        }
        int kind = kind(drafted, rows);
        double off = Math.log(took / expected);
        double weight = 0;
        double load = 0;
        for (int other = 0; other < KINDS; other++) {
            neighbours[other] *= NEAR;
            offs[other] *= NEAR;
            if (other != kind) {
                weight += neighbours[other];
                load += offs[other] - pace[other] * neighbours[other];
            }
        }
        if (weight > 0) {
            double own = off - load / weight - pace[kind];
            learn(kind, own, weight);
            if (Math.abs(own) > HELD_UP) {
                return;
            }
        }
        neighbours[kind]++;
        offs[kind] += off;
    }

    private static double bounded(double value, double most) {
        return Math.max(-most, Math.min(most, value));
    }

    /** @param off what is left of a cycle's own when the load and its pace are taken away */
    private void learn(int kind, double off, double weight) {
        double trust = weight / (1 + weight);
        if (kind != PLAIN) {
            move(kind, off, trust);
            return;
        }
        for (int other = 0; other < KINDS; other++) { // a plain cycle tells of those that it is compared with
            if (other != PLAIN) {
                move(other, -off, trust * neighbours[other] / weight);
            }
        }
    }

    private void move(int kind, double off, double share) {
        double step = share * Math.max(LEARN, 1 / (1 + compared[kind] / FIRST));
        pace[kind] = bounded(pace[kind] + step * bounded(off, MOST_OFF), Math.log(MOST));
        compared[kind] += share;
    }

    /** What a cycle takes, as a multiple of what costs say, if a plain cycle takes what costs say. */
    double factor(boolean drafted, int rows) {
        int kind = kind(drafted, rows);
        int begin = drafted ? SIZES.length : 0;
        for (int distance = 0; distance < SIZES.length; distance++) {
            for (int near : new int[] {kind - distance, kind + distance}) {
                if (near >= begin && near < begin + SIZES.length && near != PLAIN && compared[near] > 0) {
                    return kind == PLAIN ? 1 : Math.exp(pace[near]);
                }
            }
        }
        return 1;
    }

    /** Whether cycles are timed but those that draft, or those that don't, have hardly been compared yet. */
    boolean isUnsure(boolean drafted) {
        double known = 0;
        int begin = drafted ? SIZES.length : 0;
        for (int kind = begin; kind < begin + SIZES.length; kind++) {
            known += compared[kind];
        }
        return timed && known < 2 * FIRST;
    }

    private static int kind(boolean drafted, int rows) {
        int size = SIZES.length - 1;
        while (size > 0 && rows < SIZES[size]) {
            size--;
        }
        return drafted ? SIZES.length + size : size;
    }
}
