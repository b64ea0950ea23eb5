package org.gto4j.lab.diagnosis;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.gto4j.tree.Children;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.TokenHistory;

/**
 * Passes a tree's questions on to a drafter and keeps what was offered: the children of the root and of every node that
 * was expanded.
 */
final class OfferedChildren implements Drafter {
    private static final int ROOT = -1;

    private final Drafter drafter;
    /** Children by the id of their parent. */
    private final Map<Integer, Set<Integer>> children = new HashMap<>();
    /** Ids of expanded nodes by that of their parent and their token. */
    private final Map<Long, Integer> expanded = new HashMap<>();

    private boolean closed;

    OfferedChildren(Drafter drafter) {
        this.drafter = drafter;
    }

    /** Nothing that is asked from now on was asked for the tree. */
    void close() {
        closed = true;
    }

    @Override
    public TokenHistory history() {
        return drafter.history();
    }

    @Override
    public Children roots(int k) {
        Children offered = drafter.roots(k);
        if (!closed) {
            keep(ROOT, offered, 0);
        }
        return offered;
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        Children offered = drafter.expand(parents, tokens, k);
        for (int i = 0; i < parents.length && !closed; i++) {
            expanded.put(key(parents[i], tokens[i]), offered.firstNode() + i);
            keep(offered.firstNode() + i, offered, i);
        }
        return offered;
    }

    private void keep(int parent, Children offered, int row) {
        Set<Integer> tokens = children.computeIfAbsent(parent, id -> new HashSet<>());
        for (int i = row * offered.k(); i < (row + 1) * offered.k(); i++) {
            tokens.add(offered.tokens()[i]);
        }
    }

    private static long key(int parent, int token) {
        return (long) parent << 32 | token;
    }

    /**
     * Whether the node that a path of tokens leads to, which was offered itself, was expanded; the empty path is the
     * root.
     */
    boolean expanded(int[] text, int from, int length) {
        Integer node = ROOT;
        for (int i = 0; i < length && node != null; i++) {
            node = expanded.get(key(node, text[from + i]));
        }
        return node != null;
    }

    /** Tokens of a text from {@code from} on that were offered one after the other. */
    int reached(int[] text, int from) {
        Integer node = ROOT;
        int length = 0;
        while (node != null
                && from + length < text.length
                && children.getOrDefault(node, Set.of()).contains(text[from + length])) {
            node = expanded.get(key(node, text[from + length]));
            length++;
        }
        return length;
    }
}
