package org.gto4j.tree;

/**
 * What the parts of a decoding cycle take on one machine, in seconds.
 *
 * @param verification one target pass, by its rows (the root and the tree's nodes), in cycles that draft
 * @param follow       the draft's trunk rows of the tokens gained, by their number
 * @param roots        the children of the root
 * @param level        evaluating nodes of one depth and their children, by the number of nodes
 * @param plain        a cycle without a draft. Less than a verification of one row where the draft's weights push the target's out of the caches
 */
public record CycleCosts(CostTable verification, CostTable follow, double roots, CostTable level, double plain) {
    /** Costs on a machine whose plain cycle is a verification of one row. */
    public CycleCosts(CostTable verification, CostTable follow, double roots, CostTable level) {
        this(verification, follow, roots, level, verification.at(1));
    }
}
