package org.gto4j.eval;

import org.gto4j.tree.CycleCosts;

/** Adds up what the parts of one decoder's cycles take by measured costs. Not thread-safe. */
final class CycleClock {
    private final CycleCosts costs;
    private int rowsBefore = 1;
    private double seconds;

    CycleClock(CycleCosts costs) {
        this.costs = costs;
    }

    CycleCosts costs() {
        return costs;
    }

    /** Starts from 0. */
    void reset() {
        seconds = 0;
    }

    double seconds() {
        return seconds;
    }

    /** @param tokens that the draft's trunk follows, at least 1 */
    void followed(int tokens) {
        seconds += costs.follow().at(tokens);
    }

    void roots() {
        seconds += costs.roots();
    }

    /** @param nodes evaluated, at least 1 */
    void level(int nodes) {
        seconds += costs.level().at(nodes);
    }

    /** @param drafted the draft worked in this cycle */
    void verified(boolean drafted, int nodes) {
        seconds += drafted || nodes > 0 ? costs.pass(nodes + 1, rowsBefore) : costs.plainPass(rowsBefore);
        rowsBefore = nodes + 1;
    }
}
