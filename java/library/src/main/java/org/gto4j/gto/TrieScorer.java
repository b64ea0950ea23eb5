package org.gto4j.gto;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.gto4j.model.TargetSession;

/**
 * Lets the target score a trie: the text once, then the inner nodes off it level by level, all places of the text
 * together. Leaves are never evaluated, as the probability of a node comes from its parent's row. Where less than the
 * options' threshold is at stake (see {@link RemainingReward}) a path is not followed.
 *
 * <p>Sequence 0 holds the text. Every path in work has a sequence of its own, which shares the text's cells; a node's
 * first child goes on in its sequence, its siblings get copies of it. Where sequences run out, a node waits and is
 * decoded later with its ancestors.
 */
final class TrieScorer {
    private final TargetSession session;
    private final int batch;
    private final RewardOptions options;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final int reserve;

    /**
     * @param sequences of the session; all but sequence 0 are used, at least 1
     * @param batch rows of one decode, at least {@code sequences} + the deepest path
     */
    TrieScorer(TargetSession session, int sequences, int batch, RewardOptions options) {
        this.session = session;
        this.batch = batch;
        this.options = options;
        for (int s = 1; s < sequences; s++) {
            free.add(s);
        }
        // Some sequences are kept for paths that branch, so that little is decoded twice.
        this.reserve = (sequences - 1) / 4;
    }

    /** A node whose row was just decoded, and the sequence that holds its path. */
    private record Live(int node, int sequence) {}

    /** Scores the trie. Returns the number of nodes evaluated. */
    int score(Trie trie) {
        session.clear();
        scoreText(trie);
        trie.weigh();
        Deque<Integer> waiting = new ArrayDeque<>();
        for (int n = 0; n < trie.size(); n++) {
            if (trie.node(n).depth == 1 && followed(trie.node(n))) {
                waiting.add(n);
            }
        }
        int scored = 0;
        List<Live> live = List.of();
        while (!live.isEmpty() || !waiting.isEmpty()) {
            PathRows rows = new PathRows(trie);
            List<Live> next = new ArrayList<>();
            descend(trie, live, waiting, rows, next);
            while (!waiting.isEmpty()
                    && free.size() > reserve
                    && rows.size() + trie.node(waiting.peek()).depth <= batch) {
                int node = waiting.poll();
                int sequence = free.pop();
                session.copySequence(0, sequence, 0, trie.node(node).anchor + 1);
                rows.addPath(node, sequence);
                next.add(new Live(node, sequence));
            }
            if (rows.size() > 0) {
                rows.decode(session);
                rows.readChildren(session, options.temperature());
                trie.weigh();
            }
            scored += next.size();
            live = next;
        }
        return scored;
    }

    private boolean followed(Trie.Node node) {
        return !node.children.isEmpty() && node.stake >= options.threshold();
    }

    /** Goes from the nodes decoded last to those of their children that are worth following. */
    private void descend(Trie trie, List<Live> live, Deque<Integer> waiting, PathRows rows, List<Live> next) {
        for (Live parent : live) {
            boolean handedOn = false;
            for (int child : trie.node(parent.node()).children) {
                if (!followed(trie.node(child))) {
                    continue;
                }
                int sequence = parent.sequence();
                if (handedOn) {
                    if (free.isEmpty()) {
                        waiting.addFirst(child);
                        continue;
                    }
                    sequence = free.pop();
                    session.copySequence(
                            parent.sequence(), sequence, 0, trie.node(child).position());
                }
                handedOn = true;
                rows.add(child, sequence);
                next.add(new Live(child, sequence));
            }
            if (!handedOn) {
                session.remove(parent.sequence(), 0, -1);
                free.push(parent.sequence());
            }
        }
    }

    /** Decodes the text as far as it is needed and reads what hangs below it. */
    private void scoreText(Trie trie) {
        int[] text = trie.text();
        int end = trie.lastNeeded() + 1;
        for (int from = 0; from < end; from += batch) {
            int count = Math.min(batch, end - from);
            int[] tokens = new int[count];
            int[] positions = new int[count];
            int[][] sequences = new int[count][];
            boolean[] output = new boolean[count];
            for (int i = 0; i < count; i++) {
                tokens[i] = text[from + i];
                positions[i] = from + i;
                sequences[i] = new int[] {0};
                output[i] = trie.needs(from + i);
            }
            session.decode(tokens, positions, sequences, output);
            TextReader.read(trie, session, from, count, options.temperature());
        }
    }
}
