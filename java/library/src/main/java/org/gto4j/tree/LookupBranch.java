package org.gto4j.tree;

import java.util.HashMap;
import java.util.Map;

/**
 * What followed the text's last tokens where they stood before, as a branch of a draft tree, and how probable the
 * target is to accept each of its tokens: learned by the number of tokens that match. Not thread-safe.
 */
final class LookupBranch {
    /** Most tokens of a branch. */
    static final int MOST = 16;

    private static final int MOST_MATCH = 32;
    /** Matching tokens from which on a class begins, and what is believed of it before anything is known. */
    private static final int[] CLASSES = {2, 3, 4, 6, 9, 14, 22};

    private static final double[] BELIEFS = {0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
    private static final double BELIEF_WEIGHT = 4;
    /** Cases that a class remembers. */
    private static final double MEMORY = 200;

    private final double[] cases = new double[CLASSES.length];
    private final double[] accepted = new double[CLASSES.length];

    /** Where two and three tokens ended last, by the tokens. */
    private final Map<Long, Integer> pairs = new HashMap<>();

    private final Map<Triple, Integer> triples = new HashMap<>();
    private int indexed;

    private final int[] tokens = new int[MOST];
    private int length;
    private int match;

    private record Triple(int first, int second, int third) {}

    /** A new text begins. What was learned stays. */
    void begins() {
        pairs.clear();
        triples.clear();
        indexed = 0;
        length = 0;
    }

    /** Looks where the text's last tokens stood before; the branch is empty if they didn't. */
    void find(TokenHistory text) {
        int last = text.size() - 1;
        if (last < indexed) {
            begins();
        }
        for (; indexed < last; indexed++) {
            index(text, indexed);
        }
        Integer end = last >= 2
                ? triples.get(new Triple(text.token(last - 2), text.token(last - 1), text.token(last)))
                : null;
        if (end == null && last >= 1) {
            end = pairs.get(pair(text.token(last - 1), text.token(last)));
        }
        length = end == null ? 0 : MOST;
        if (end != null) {
            match = matching(text, end);
            int period = last - end;
            for (int i = 0; i < MOST; i++) {
                // Behind the text's end it goes on as the branch itself does.
                tokens[i] = i < period ? text.token(end + 1 + i) : tokens[i - period];
            }
        }
    }

    /** Remembers what ends at a token. */
    private void index(TokenHistory text, int at) {
        if (at >= 1) {
            pairs.put(pair(text.token(at - 1), text.token(at)), at);
        }
        if (at >= 2) {
            triples.put(new Triple(text.token(at - 2), text.token(at - 1), text.token(at)), at);
        }
    }

    private static long pair(int first, int second) {
        return (long) first << Integer.SIZE | second;
    }

    private static int matching(TokenHistory text, int end) {
        int last = text.size() - 1;
        int same = 0;
        while (same < MOST_MATCH && same <= end && text.token(end - same) == text.token(last - same)) {
            same++;
        }
        return same;
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

    private static int classOf(int matching) {
        int c = CLASSES.length - 1;
        while (c > 0 && matching < CLASSES[c]) {
            c--;
        }
        return c;
    }

    /** What came where the branch began: the tree's accepted nodes and the target's own token, -1 if none. */
    void learn(DraftTree tree, int[] path, int next) {
        for (int i = 0; i < length && i <= path.length; i++) {
            int token = i < path.length ? tree.tokens()[path[i]] : next;
            if (token < 0) {
                return;
            }
            learn(classOf(match + i), token == tokens[i]);
            if (token != tokens[i]) {
                return;
            }
        }
    }

    private void learn(int c, boolean came) {
        double kept = 1 - 1 / MEMORY;
        cases[c] = kept * cases[c] + 1;
        accepted[c] = kept * accepted[c] + (came ? 1 : 0);
    }
}
