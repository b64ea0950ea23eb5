package org.gto4j.model;

import java.util.function.Supplier;
import org.gto4j.tree.Children;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.DrawnTokens;
import org.gto4j.tree.TokenHistory;
import org.jspecify.annotations.Nullable;

/**
 * One root in a text that a draft session holds: what a tree is grown from. The root is a token of the text; the trunk
 * rows before it are its past. Not thread-safe.
 */
public final class DraftCursor implements Drafter {
    private final DraftSession session;
    private final TokenHistory history;
    private @Nullable DrawnChildren drawn;
    private int root;
    private long callNanos;

    /** @param history the text up to the root */
    public DraftCursor(DraftSession session, TokenHistory history) {
        this.session = session;
        this.history = history;
    }

    /**
     * Chooses the root. Draws of the root before are forgotten.
     *
     * @param token its index in the text, 1..rows of the session
     */
    public void moveTo(int token) {
        root = token;
        if (drawn != null) {
            drawn.clear();
        }
    }

    /** Where drawn children go from now on; null, the default: no children are drawn. */
    public void drawInto(@Nullable DrawnChildren children) {
        drawn = children;
    }

    @Override
    public boolean draws() {
        return drawn != null;
    }

    /**
     * Appends trunk rows; the last of them can be a root's.
     *
     * @param features a row each
     * @param next the token after each row's own
     */
    public void extend(Features features, int[] next) {
        timed(() -> {
            session.extend(features, 0, next.length, next, next.length - 1);
            return null;
        });
    }

    @Override
    public TokenHistory history() {
        return history;
    }

    @Override
    public Children roots(int k) {
        return timed(() -> session.roots(new int[] {root - 1}, width(k), null));
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        int[] codes = new int[parents.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = parents[i] < 0 ? -root : parents[i];
        }
        return timed(() -> session.expand(codes, tokens, width(k), null));
    }

    @Override
    public DrawnTokens draw(int[] nodes, int[][] fixed) {
        DrawnChildren into = drawn;
        if (into == null) {
            return Drafter.super.draw(nodes, fixed);
        }
        int[] codes = new int[nodes.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = nodes[i] < 0 ? root - 1 : -1 - nodes[i];
        }
        return timed(() -> session.draw(codes, fixed, into));
    }

    private int width(int k) {
        return Math.min(k, session.draftVocabulary());
    }

    private <R> R timed(Supplier<R> call) {
        long start = System.nanoTime();
        R result = call.get();
        callNanos += System.nanoTime() - start;
        return result;
    }

    /** Time spent in calls of the session so far, ns. */
    public long callNanos() {
        return callNanos;
    }
}
