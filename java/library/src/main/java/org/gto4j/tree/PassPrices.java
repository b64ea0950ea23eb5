package org.gto4j.tree;

/**
 * What one text's part of the target's passes takes, in seconds: by measured costs, and by how cycles of all kinds
 * compare with plain ones. In a pass of several texts it is an even part. Not thread-safe.
 */
final class PassPrices {
    private final CycleCosts costs;
    private final CyclePace pace = new CyclePace();
    private final Settling settling = new Settling();
    private int texts = 1;
    private int rowsBefore = 1;
    private boolean drafted;
    private int rows = 1;
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
        return texts == 1 ? costs.plain() : drafting(0);
    }

    /** The pass of a cycle that drafts, if each text's tree has {@code nodes} nodes. */
    double drafting(int nodes) {
        return costs.pass(texts * (1 + nodes), rowsBefore) * factor(true, nodes) / texts;
    }

    /** What drafting takes that costs say takes {@code seconds}, for a tree of {@code nodes} nodes. */
    double draft(double seconds, int nodes) {
        return seconds * factor(true, nodes);
    }

    /** That of a cycle in which the draft rests. */
    double resting(int nodes) {
        return texts == 1 ? restingAlone(nodes) * factor(false, nodes) : drafting(nodes);
    }

    /** The same, with what it costs the next cycles if it interrupts plain ones. */
    double interrupting(int nodes) {
        double rebuild = nodes > 0 && wasPlain() && texts == 1 ? costs.rebuild() : 0;
        return resting(nodes) + rebuild + interruption(nodes > 0);
    }

    /** How much longer the next plain cycles take because of this one, their new graph apart, if it is another one. */
    double interruption(boolean isOther) {
        return isOther && wasPlain() && texts == 1 ? settling.cycles() * plain() : 0;
    }

    private double restingAlone(int nodes) {
        return costs.passWithoutDraft(1 + nodes, rowsBefore);
    }

    /** Passes of several texts aren't timed: theirs are what costs say. */
    private double factor(boolean drafting, int nodes) {
        return texts == 1 ? pace.factor(drafting, 1 + nodes) : 1;
    }

    /**
     * A pass has verified a tree of {@code nodes} nodes.
     *
     * @param draft seconds that the draft took before by costs, if it didn't rest
     * @return what the cycle took, by these prices
     */
    double verified(boolean drafting, double draft, int nodes) {
        double cost = drafting ? draft(draft, nodes) + drafting(nodes) : resting(nodes);
        drafted = drafting;
        rows = 1 + nodes;
        expected = cost / factor(drafting, nodes);
        rowsBefore = texts * (1 + nodes);
        return cost;
    }

    /** What the cycle really took, where the text was alone. */
    void took(double elapsed) {
        pace.took(drafted, rows, expected, elapsed);
        if (wasPlain()) {
            settling.plain(elapsed / expected);
        } else {
            settling.interrupted();
        }
    }

    /** A prompt has been read since the last cycle. */
    void textBegins() {
        settling.textBegins();
    }

    /** Whether the last cycle was one without a tree and a draft. */
    boolean wasPlain() {
        return !drafted && rows == 1;
    }

    /** Whether cycles are timed and none of the last one's kind, drafting or not, has been compared with plain ones. */
    boolean isUnsure() {
        return pace.isUnsure(drafted);
    }
}
