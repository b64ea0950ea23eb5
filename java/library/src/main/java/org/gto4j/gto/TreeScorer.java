package org.gto4j.gto;

import java.util.Arrays;
import java.util.List;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * What a target thinks of draft trees at many positions of a text. Each different (context, path) is evaluated once,
 * whichever trees it is in; leaves are not evaluated at all; where a reward can hardly change any more, nothing is
 * asked. One thread at a time.
 */
public final class TreeScorer implements AutoCloseable {
    // Enough rows a pass for full products; more paths at once would make the cells that every row attends to many.
    private static final int SEQUENCES = 96;
    private static final int BATCH = 512;

    private final TargetSession session;
    private final int longest;
    private final RewardOptions options;

    private TreeScorer(TargetSession session, int longest, RewardOptions options) {
        this.session = session;
        this.longest = longest;
        this.options = options;
    }

    /**
     * Opens a session of the target for scoring.
     *
     * @param longest tokens of the longest text, at least 1
     * @param depth of the deepest tree, 1..416
     * @param options what probabilities are asked for
     * @param f32Cache keep keys and values in F32; F16 moves probabilities by some 1e-3
     */
    public static TreeScorer open(TargetModel target, int longest, int depth, RewardOptions options, boolean f32Cache) {
        if (longest < 1 || depth < 1 || depth > BATCH - SEQUENCES) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "tree scorer: expected longest >= 1 and depth 1.." + (BATCH - SEQUENCES) + ", found " + longest
                            + " and " + depth);
        }
        long cells = longest + (long) SEQUENCES * depth;
        if (cells > Integer.MAX_VALUE) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "tree scorer: longest: expected at most " + (Integer.MAX_VALUE - SEQUENCES * depth)
                            + " tokens, found " + longest);
        }
        SessionOptions session = SessionOptions.builder()
                .context((int) cells)
                .batch(BATCH)
                .sequences(SEQUENCES)
                .f32Cache(f32Cache)
                .build();
        return new TreeScorer(target.newSession(session), longest, options);
    }

    /**
     * Probabilities and what they cost.
     *
     * @param probabilities for each tree and node the target's probability of the node's token after the path above it
     * @param nodes nodes of all trees
     * @param distinct different inner nodes off the text: what must be evaluated without giving up paths
     * @param scored nodes evaluated
     * @param bounds most that each tree's reward may be too low
     */
    public record Scores(float[][] probabilities, int nodes, int distinct, int scored, double[] bounds) {
        /** The largest of the bounds, 0 without trees. */
        public double bound() {
            return Arrays.stream(bounds).max().orElse(0);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return RecordValues.equal(this, other);
        }

        @Override
        public int hashCode() {
            return RecordValues.hash(this);
        }

        @Override
        public String toString() {
            return RecordValues.text(this);
        }
    }

    /**
     * Scores trees.
     *
     * @param text tokens x, at most {@code longest}
     * @param rows for each tree its trunk row t, 0..length-2: the tree's root is x[t+1]
     * @param trees one a row
     */
    public Scores score(int[] text, int[] rows, List<DraftTree> trees) {
        return score(text, rows, trees, options);
    }

    /** The same without giving anything up. */
    public Scores scoreUnpruned(int[] text, int[] rows, List<DraftTree> trees) {
        return score(text, rows, trees, options.withThreshold(0));
    }

    private Scores score(int[] text, int[] rows, List<DraftTree> trees, RewardOptions asked) {
        if (text.length > longest
                || rows.length != trees.size()
                || Arrays.stream(rows).anyMatch(row -> row < 0 || row > text.length - 2)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "tree scorer: expected at most " + longest + " tokens and for each tree a row of 0.."
                            + (text.length - 2) + ", found " + text.length + " tokens, " + trees.size()
                            + " trees, rows " + Arrays.toString(rows));
        }
        Trie trie = new Trie(text, asked);
        int nodes = 0;
        for (int i = 0; i < rows.length; i++) {
            trie.add(trees.get(i), rows[i]);
            nodes += trees.get(i).size();
        }
        int scored = new TrieScorer(session, SEQUENCES, BATCH, asked).score(trie);
        return new Scores(trie.probabilities(), nodes, trie.inner(), scored, trie.bounds());
    }

    @Override
    public void close() {
        session.close();
    }
}
