package org.gto4j.lab.gto;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.gto4j.gto.TreeScorer;
import org.gto4j.model.Sampler;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DraftTree;

/**
 * The naive scorer: each tree by itself, its root and all its nodes in one pass of the target as in decoding's
 * verification. What {@link TreeScorer} is held against, and what real walks through a tree are drawn from.
 */
final class NaiveTreeScorer implements AutoCloseable {
    private static final int BATCH = 512;

    private final TargetSession session;
    private DraftTree tree = DraftTree.empty();

    /** @param nodes of the largest tree */
    NaiveTreeScorer(TargetModel target, int longest, int nodes) {
        session = target.newSession(SessionOptions.builder()
                .context(longest + nodes + 1)
                .batch(Math.max(BATCH, nodes + 1))
                .sequences(Math.min(256, nodes + 1))
                .build());
    }

    /** Reads a text's tokens that trees up to this row have above their roots. */
    void read(int[] text, int lastRow) {
        session.clear();
        session.prefill(0, 0, Arrays.copyOf(text, lastRow + 1), lastRow + 1, null, null);
    }

    /** The target's probabilities of a tree's nodes after the paths above them. */
    float[] score(int[] text, int row, DraftTree scored, float temperature) {
        tree = scored;
        decode(text[row + 1], row + 1);
        int[] rows = IntStream.of(tree.parents()).map(parent -> parent + 1).toArray();
        return session.probabilities(rows, tree.tokens(), temperature);
    }

    /**
     * Walks down the tree scored last, drawing the target's own next token at each node; returns how many nodes were
     * accepted.
     */
    int walk(Sampler sampler) {
        int at = -1;
        for (int accepted = 0; ; accepted++) {
            int parent = at;
            int token = session.sample(new int[] {at + 1}, new Sampler[] {sampler})[0];
            at = IntStream.range(0, tree.size())
                    .filter(node -> tree.parents()[node] == parent && tree.tokens()[node] == token)
                    .findFirst()
                    .orElse(-1);
            if (at < 0) {
                return accepted;
            }
        }
    }

    /** Sequence s + 1 is the path to leaf s; they share the text, and forget it and the nodes before the next tree. */
    private void decode(int root, int rootPosition) {
        int[] leaves = tree.leaves();
        int[][] sequences = new int[tree.size() + 1][0];
        for (int s = 0; s < leaves.length; s++) {
            session.remove(s + 1, 0, -1);
            session.copySequence(0, s + 1, 0, rootPosition);
            for (int node = leaves[s]; node >= -1; node = node < 0 ? -2 : tree.parents()[node]) {
                sequences[node + 1] = append(sequences[node + 1], s + 1);
            }
        }
        int[] tokens = new int[tree.size() + 1];
        int[] positions = new int[tokens.length];
        boolean[] output = new boolean[tokens.length];
        Arrays.fill(output, true);
        tokens[0] = root;
        positions[0] = rootPosition;
        for (int node = 0; node < tree.size(); node++) {
            tokens[node + 1] = tree.tokens()[node];
            positions[node + 1] = rootPosition + tree.depth(node);
        }
        session.decode(tokens, positions, sequences, output);
        for (int s = 0; s < leaves.length; s++) {
            session.remove(s + 1, 0, -1);
        }
    }

    private static int[] append(int[] values, int value) {
        int[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }

    @Override
    public void close() {
        session.close();
    }
}
