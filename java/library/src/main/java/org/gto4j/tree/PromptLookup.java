package org.gto4j.tree;

import org.gto4j.error.GtoException;

/**
 * Prompt lookup decoding: what followed the last few tokens where they stood before in the text is drafted again, as a
 * chain. Needs no draft model; good where answers repeat their prompt.
 */
public final class PromptLookup implements TreePolicy {
    private final int ngram;
    private final int length;

    /**
     * @param ngram most tokens that must match, at least 1; fewer are tried if they don't
     * @param length most tokens drafted, at least 1
     */
    public PromptLookup(int ngram, int length) {
        if (ngram < 1 || length < 1) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "prompt lookup needs an ngram and a length of at least 1, found " + ngram + " and " + length);
        }
        this.ngram = ngram;
        this.length = length;
    }

    @Override
    public boolean needsDraft() {
        return false;
    }

    @Override
    public TreePlanner planner() {
        return (drafter, depth, nodes) -> chain(drafter.history(), Math.min(length, Math.min(depth, nodes)));
    }

    private DraftTree chain(TokenHistory text, int most) {
        for (int n = Math.min(ngram, text.size() - 1); n >= 1; n--) {
            int match = lastMatch(text, n);
            if (match >= 0) {
                return chain(text, match + n, Math.min(most, text.size() - match - n));
            }
        }
        return DraftTree.empty();
    }

    /** Start of the latest earlier place of the last n tokens, -1 if there is none. */
    private static int lastMatch(TokenHistory text, int n) {
        int end = text.size() - n;
        for (int start = end - 1; start >= 0; start--) {
            int same = 0;
            while (same < n && text.token(start + same) == text.token(end + same)) {
                same++;
            }
            if (same == n) {
                return start;
            }
        }
        return -1;
    }

    private static DraftTree chain(TokenHistory text, int from, int count) {
        DraftTree tree = new DraftTree(new int[count], new int[count], new float[count], new float[count]);
        for (int i = 0; i < count; i++) {
            tree.tokens()[i] = text.token(from + i);
            tree.parents()[i] = i - 1;
        }
        return tree;
    }

    @Override
    public String name() {
        return "lookup " + ngram + "/" + length;
    }

    @Override
    public int maxNodes() {
        return length;
    }

    @Override
    public int maxLeaves() {
        return 1;
    }

    @Override
    public int maxExpanded() {
        return 0;
    }

    @Override
    public String toString() {
        return name();
    }
}
