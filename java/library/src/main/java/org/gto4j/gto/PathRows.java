package org.gto4j.gto;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.model.TargetSession;

/** The rows of one decode of nodes off the text. */
final class PathRows {
    private final Trie trie;
    private final List<Row> rows = new ArrayList<>();

    private record Row(int node, int sequence, boolean output) {}

    PathRows(Trie trie) {
        this.trie = trie;
    }

    int size() {
        return rows.size();
    }

    /** A node whose ancestors the sequence holds. */
    void add(int node, int sequence) {
        rows.add(new Row(node, sequence, true));
    }

    /** A node with its ancestors off the text; the sequence holds the text only. */
    void addPath(int node, int sequence) {
        int first = rows.size();
        add(node, sequence);
        for (int up = trie.node(node).parent; up >= 0; up = trie.node(up).parent) {
            rows.add(first, new Row(up, sequence, false));
        }
    }

    void decode(TargetSession session) {
        int count = rows.size();
        int[] tokens = new int[count];
        int[] positions = new int[count];
        int[][] sequences = new int[count][];
        boolean[] output = new boolean[count];
        for (int i = 0; i < count; i++) {
            Row row = rows.get(i);
            tokens[i] = trie.node(row.node).token;
            positions[i] = trie.node(row.node).position();
            sequences[i] = new int[] {row.sequence};
            output[i] = row.output;
        }
        session.decode(tokens, positions, sequences, output);
    }

    /** Reads the probabilities of the decoded nodes' children. */
    void readChildren(TargetSession session, float temperature) {
        List<int[]> asked = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).output) {
                trie.node(rows.get(i).node).evaluated = true;
                for (int child : trie.node(rows.get(i).node).children) {
                    asked.add(new int[] {i, child});
                }
            }
        }
        float[] probabilities = session.probabilities(
                asked.stream().mapToInt(ask -> ask[0]).toArray(),
                asked.stream().mapToInt(ask -> trie.node(ask[1]).token).toArray(),
                temperature);
        for (int k = 0; k < probabilities.length; k++) {
            trie.node(asked.get(k)[1]).probability = probabilities[k];
        }
    }
}
