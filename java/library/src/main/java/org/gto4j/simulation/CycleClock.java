package org.gto4j.simulation;

import org.gto4j.tree.CycleCosts;

/** Adds up what the parts of one decoder's cycles take by measured costs. Not thread-safe. */
public final class CycleClock {
    private final CycleCosts costs;
    private int rowsBefore = 1;
    private double seconds;

    /** A clock at 0, by these costs. */
    public CycleClock(CycleCosts costs) {
        this.costs = costs;
    }

    /** What it adds up by. */
    public CycleCosts costs() {
        return costs;
    }

    /** Starts from 0. */
    public void reset() {
        seconds = 0;
    }

    /** What the parts since the last reset took together. */
    public double seconds() {
        return seconds;
    }

    /** @param tokens that the draft's trunk follows, at least 1 */
    public void followed(int tokens) {
        seconds += costs.follow().at(tokens);
    }

    /** The draft computed the children of the text's end. */
    public void roots() {
        seconds += costs.roots();
    }

    /** @param nodes evaluated, at least 1 */
    public void level(int nodes) {
        seconds += costs.level().at(nodes);
    }

    /** @param drafted the draft worked in this cycle */
    public void verified(boolean drafted, int nodes) {
        seconds += drafted ? costs.pass(nodes + 1, rowsBefore) : costs.passWithoutDraft(nodes + 1, rowsBefore);
        rowsBefore = nodes + 1;
    }
}
