package org.gto4j.tree;

/**
 * What followed the text's last tokens where they stood before, as a branch of a draft tree, and how probable the
 * target is to accept each of its tokens: learned by the number of tokens that match. Not thread-safe.
 */
final class LookupBranch {
    /** Most tokens of a branch. */
    static final int MOST = 16;

    /** Matching tokens from which on a class begins, and what is believed of it before anything is known. */
    private static final int[] CLASSES = {1, 2, 3, 4, 6, 9, 14, 22, 34};

    private static final double[] BELIEFS = {0.2, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.93};
    private static final double BELIEF_WEIGHT = 4;
    /** Cases that a class remembers. */
    private static final double MEMORY = 200;

    private final double[] cases = new double[CLASSES.length];
    private final double[] accepted = new double[CLASSES.length];

    private final CopySource source = new CopySource();
    private final int[] tokens = new int[MOST];
    private int length;
    private int match;

    /** A new text begins. What was learned stays. */
    void begins() {
        source.begins();
        length = 0;
    }

    /** Looks where the text's last tokens stood before; the branch is empty if they didn't. */
    void find(TokenHistory text) {
        int end = source.find(text);
        length = end < 0 ? 0 : MOST;
        match = source.match();
        if (end >= 0) {
            int period = text.size() - 1 - end;
            for (int i = 0; i < MOST; i++) {
                // Behind the text's end it goes on as the branch itself does.
                tokens[i] = i < period ? text.token(end + 1 + i) : tokens[i - period];
            }
        }
    }

    /** The tree that is its first tokens. */
    DraftTree first(int count) {
        DraftTree tree = DraftTree.ofSize(count);
        for (int i = 0; i < count; i++) {
            tree.tokens()[i] = tokens[i];
            tree.parents()[i] = i - 1;
            tree.logProbs()[i] = logProb(i);
            tree.scores()[i] = (i == 0 ? 0 : tree.scores()[i - 1]) + logProb(i);
        }
        return tree;
    }

    /** Its tokens' number. */
    int length() {
        return length;
    }

    int token(int i) {
        return tokens[i];
    }

    /** Log of the probability that token i is accepted once those before it are. */
    float logProb(int i) {
        int c = classOf(match + i);
        return (float) Math.log((BELIEF_WEIGHT * BELIEFS[c] + accepted[c]) / (BELIEF_WEIGHT + cases[c]));
    }

    /** Log of the probability that its first tokens are all accepted. */
    float pathLogProb(int count) {
        float path = 0;
        for (int i = 0; i < count; i++) {
            path += logProb(i);
        }
        return path;
    }

    private static int classOf(int matching) {
        int c = CLASSES.length - 1;
        while (c > 0 && matching < CLASSES[c]) {
            c--;
        }
        return c;
    }

    /** How many of its tokens came: the tree's accepted nodes and the target's own token, -1 if none. */
    int matching(DraftTree tree, int[] path, int next) {
        int same = 0;
        while (same < length && same <= path.length && came(tree, path, next, same) == tokens[same]) {
            same++;
        }
        return same;
    }

    private static int came(DraftTree tree, int[] path, int next, int step) {
        return step < path.length ? tree.tokens()[path[step]] : next;
    }

    /** What came where the branch began, as in {@link #matching}. */
    void learn(DraftTree tree, int[] path, int next) {
        int same = matching(tree, path, next);
        for (int i = 0; i < same; i++) {
            learn(classOf(match + i), true);
        }
        if (same < length && same <= path.length && came(tree, path, next, same) >= 0) {
            learn(classOf(match + same), false);
        }
    }

    private void learn(int c, boolean came) {
        double kept = 1 - 1 / MEMORY;
        cases[c] = kept * cases[c] + 1;
        accepted[c] = kept * accepted[c] + (came ? 1 : 0);
    }
}
