package org.gto4j.tree;

/** What a token counts in the score of a path. */
@FunctionalInterface
interface Scoring {
    /** EAGLE-2: the draft's own log-probability. */
    Scoring DRAFT = (logProb, depth) -> logProb;

    /**
     * At most 0, and no less for a higher log-probability.
     *
     * @param logProb of the token after its parent's path
     * @param depth 1 for the root's children
     */
    float score(float logProb, int depth);
}
