package org.gto4j.train;

/**
 * What paths that were given up can be worth: the target's probabilities of a node's children add up to at most 1, so that below a path of probability p
 * each further level of a tree holds at most p.
 *
 * @param path most that any root-to-leaf path's value may miss: bounds the error of LSE, MAX and MEAN
 * @param tree most that the whole tree's expected accepted length may miss: bounds the error of EXACT
 */
record PruningBound(double path, double tree) {
    static final PruningBound NONE = new PruningBound(0, 0);

    /** With one more path given up, which lies on other root-to-leaf paths than those before. */
    PruningBound and(double missed) {
        return new PruningBound(Math.max(path, missed), tree + missed);
    }
}
