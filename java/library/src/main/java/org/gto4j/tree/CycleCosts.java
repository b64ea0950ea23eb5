package org.gto4j.tree;

/**
 * What the parts of a decoding cycle take on one machine, in seconds.
 *
 * @param verification one target pass, by its rows (the root and the tree's nodes), in cycles that draft; the pass
 *     before had another number of them
 * @param follow the draft's trunk rows of the tokens gained, by their number
 * @param roots the children of the root
 * @param level evaluating nodes of one depth and their children, by the number of nodes
 * @param plain a cycle without a draft after another one. Less than a verification of one row where the draft's weights
 *     push the target's out of the caches
 * @param rebuild what a pass saves that has as many rows as the one before, so that libllama uses its graph again; at
 *     least 0, less than any pass
 */
public record CycleCosts(
        CostTable verification, CostTable follow, double roots, CostTable level, double plain, double rebuild) {
    /** Costs on a machine where a plain cycle is a verification of one row, and graphs cost nothing. */
    public CycleCosts(CostTable verification, CostTable follow, double roots, CostTable level) {
        this(verification, follow, roots, level, verification.at(1), 0);
    }

    /** Seconds of a pass of a cycle that drafts, after a pass of {@code rowsBefore} rows. */
    public double pass(int rows, int rowsBefore) {
        return verification.at(rows) - (rows == rowsBefore ? rebuild : 0);
    }

    /** Seconds of a cycle without a draft, after a pass of {@code rowsBefore} rows. */
    public double plainPass(int rowsBefore) {
        return plain + (rowsBefore == 1 ? 0 : rebuild);
    }

    /**
     * Seconds of a cycle that verifies a tree which no draft has grown, after a pass of {@code rowsBefore} rows: as
     * many times a plain cycle as a pass is one of one row.
     */
    public double passWithoutDraft(int rows, int rowsBefore) {
        return rows == 1 ? plainPass(rowsBefore) : pass(rows, rowsBefore) * plain / verification.at(1);
    }
}
