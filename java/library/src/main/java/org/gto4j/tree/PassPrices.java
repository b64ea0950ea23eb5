package org.gto4j.tree;

/**
 * What one text's part of the target's passes takes, in seconds: by measured costs, and by how plain cycles compare
 * with those that draft. In a pass of several texts it is an even part. Not thread-safe.
 */
final class PassPrices {
    private final CycleCosts costs;
    private final PlainPace pace = new PlainPace();
    private int texts = 1;
    private int rowsBefore = 1;
    private boolean drafted;
    private double expected;

    PassPrices(CycleCosts costs) {
        this.costs = costs;
    }

    /** How many texts a pass verifies from now on. */
    void shares(int textsOfPass) {
        texts = textsOfPass;
    }

    /** A plain cycle after another one. */
    double plain() {
        return texts == 1 ? costs.plain() * pace.factor() : drafting(0);
    }

    /** The pass of a cycle that drafts, if each text's tree has {@code nodes} nodes. */
    double drafting(int nodes) {
        return costs.pass(texts * (1 + nodes), rowsBefore) / texts;
    }

    /** That of a cycle in which the draft rests. */
    double resting(int nodes) {
        return texts == 1 ? restingAlone(nodes) * pace.factor() : drafting(nodes);
    }

    private double restingAlone(int nodes) {
        return costs.passWithoutDraft(1 + nodes, rowsBefore);
    }

    /**
     * A pass has verified a tree of {@code nodes} nodes.
     *
     * @param draft seconds that the draft took before, if it didn't rest
     * @return what the cycle took, by these prices
     */
    double verified(boolean drafting, double draft, int nodes) {
        double cost = drafting ? draft + drafting(nodes) : resting(nodes);
        drafted = drafting;
        expected = drafting || texts > 1 ? cost : restingAlone(nodes);
        rowsBefore = texts * (1 + nodes);
        return cost;
    }

    /** What the cycle really took, where the text was alone. */
    void took(double elapsed) {
        if (drafted) {
            pace.drafted(expected, elapsed);
        } else {
            pace.rested(expected, elapsed);
        }
    }

    /** Whether it isn't known yet how plain cycles compare with those that draft. */
    boolean isUnsure() {
        return pace.isUnsure();
    }
}
