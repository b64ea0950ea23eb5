package org.gto4j.model;

import org.gto4j.common.Arguments;
import org.gto4j.tree.Children;
import org.gto4j.tree.DrawnTokens;
import org.gto4j.tree.ForestDrafter;
import org.jspecify.annotations.Nullable;

/**
 * Grows draft trees. Trunk row t takes (features of x[t], x[t+1]) and predicts x[t+2]; nodes hang below trunk rows.
 * Their ids count from 0 after each {@link #extend} or {@link #truncate}. One thread at a time.
 */
public final class DraftSession extends NativeHandle implements ForestDrafter {
    private final EngineDraftSession engine;
    private final DraftModel draft;
    private final int draftVocabulary;

    DraftSession(DraftModel draft, EngineDraftSession engine) {
        super("DraftSession", Sharing.EXCLUSIVE, draft);
        this.engine = engine;
        this.draft = draft;
        draftVocabulary = draft.info().draftVocabulary();
    }

    /** Most children of a row or node. */
    int draftVocabulary() {
        return draftVocabulary;
    }

    /** Trunk rows held. */
    public int rows() {
        return using(engine::rows, this);
    }

    /** Keeps the first trunk rows, 0..rows(), and drops all nodes. */
    public void truncate(int rows) {
        using(() -> engine.truncate(rows), this);
    }

    /**
     * Appends trunk rows and drops all nodes.
     *
     * @param features rows first..first+count-1 of it are taken
     * @param first index of the first row in features
     * @param count number of rows, at least 1
     * @param nextTokens count tokens: the one after each row's own token
     * @param rootsFrom rows from this one on (counted within these) can be roots; count = none
     */
    public void extend(Features features, int first, int count, int[] nextTokens, int rootsFrom) {
        Arguments.atLeast("count", count, 1);
        Arguments.length("nextTokens", nextTokens.length, count);
        Arguments.inRange("rootsFrom", rootsFrom, 0, count);
        using(
                () -> draft.reading(() -> engine.extend(features.engine(), first, count, nextTokens, rootsFrom)),
                this,
                features);
    }

    /**
     * The k most probable children of trunk rows that can be roots.
     *
     * @param k 1..draft vocabulary
     * @param query a token a row whose log-probability is asked too, or null
     */
    @Override
    public Children roots(int[] rows, int k, int @Nullable [] query) {
        check(rows.length, k, query);
        return using(() -> draft.reading(() -> engine.roots(rows, k, query)), this);
    }

    /**
     * Evaluates nodes and returns their k most probable children.
     *
     * @param parents id of an earlier node, or -1 - trunk row
     * @param tokens the nodes' tokens, target ids
     * @param k 1..draft vocabulary
     * @param query a token a node whose log-probability is asked too, or null
     */
    @Override
    public Children expand(int[] parents, int[] tokens, int k, int @Nullable [] query) {
        Arguments.length("tokens", tokens.length, parents.length);
        check(parents.length, k, query);
        return using(() -> draft.reading(() -> engine.expand(parents, tokens, k, query)), this);
    }

    /**
     * Draws one child each of trunk rows and nodes, from the draft's distribution over the other tokens than the fixed
     * ones. Those of the last {@link #roots} or {@link #expand} (the last 256) are cheap.
     *
     * @param rowsOrNodes trunk rows that can be roots (at least 0) or nodes (-1 - node)
     * @param fixed of each, target ids that aren't to be drawn
     * @param into gets the draws
     */
    public DrawnTokens draw(int[] rowsOrNodes, int[][] fixed, DrawnChildren into) {
        Arguments.length("fixed", fixed.length, rowsOrNodes.length);
        return using(() -> draft.reading(() -> engine.draw(rowsOrNodes, fixed, into.engine())), this, into);
    }

    /**
     * Draft logits, one a token of the draft vocabulary, of a trunk row (at least 0) or a node (-1 - node). For parity
     * tests.
     */
    public float[] logits(int rowOrNode) {
        return using(() -> draft.reading(() -> engine.logits(rowOrNode, draftVocabulary)), this);
    }

    /** Time of its native calls so far. */
    public NativeTimes.Draft times() {
        return using(engine::times, this);
    }

    private void check(int rows, int k, int @Nullable [] query) {
        Arguments.atLeast("number of rows", rows, 1);
        Arguments.inRange("k", k, 1, draftVocabulary);
        if (query != null) {
            Arguments.length("query", query.length, rows);
        }
    }

    @Override
    protected void free() {
        engine.free();
    }
}
