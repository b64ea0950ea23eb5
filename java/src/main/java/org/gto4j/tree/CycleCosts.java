package org.gto4j.tree;

/**
 * What the parts of a decoding cycle take on one machine, in seconds.
 *
 * @param verification one target pass, by its rows (the root and the tree's nodes)
 * @param follow       the draft's trunk rows of the tokens gained, by their number
 * @param roots        the children of the root
 * @param level        evaluating nodes of one depth and their children, by the number of nodes
 */
public record CycleCosts(CostTable verification, CostTable follow, double roots, CostTable level) {
    /** Seconds of a cycle without a draft. */
    public double plain() {
        return verification.at(1);
    }
}
