package org.gto4j.train;

import java.util.Arrays;
import java.util.List;

import org.gto4j.GtoException;
import org.gto4j.SessionOptions;
import org.gto4j.TargetModel;
import org.gto4j.TargetSession;
import org.gto4j.tree.DraftTree;

/**
 * What a target thinks of draft trees at many positions of a text. Each different (context, path) is evaluated once, whichever trees it is in;
 * leaves are not evaluated at all; paths that the target hardly ever takes are given up early. One thread at a time.
 */
public final class TreeScorer implements AutoCloseable {
    private static final int SEQUENCES = 256;
    private static final int BATCH = 512;

    private final TargetSession session;
    private final TrieScorer scorer;
    private final int longest;

    private TreeScorer(TargetSession session, int longest, float temperature, double threshold) {
        this.session = session;
        this.longest = longest;
        this.scorer = new TrieScorer(session, SEQUENCES, BATCH, temperature, threshold);
    }

    /**
     * Opens a session of the target for scoring.
     *
     * @param longest     tokens of the longest text, at least 1
     * @param depth       of the deepest tree, 1..256
     * @param temperature of the target's distribution; 1 = its own, 0: 1 for the most probable token, else 0
     * @param threshold   a path of lower probability (from its tree's root, in the tree where it is highest) is given up: what lies below it counts
     *                    as 0, which takes at most threshold * remaining depth from a path's value. 0 = nothing is given up; in [0, 1)
     * @param f32Cache    keep keys and values in F32; F16 moves probabilities by some 1e-3
     */
    public static TreeScorer open(TargetModel target, int longest, int depth, float temperature, double threshold, boolean f32Cache) {
        if (longest < 1 || depth < 1 || depth > BATCH - SEQUENCES || !(temperature >= 0) || !(threshold >= 0 && threshold < 1)) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "tree scorer: expected longest >= 1, depth 1.." + (BATCH - SEQUENCES)
                + ", temperature >= 0 and threshold in [0, 1), found " + longest + ", " + depth + ", " + temperature + ", " + threshold);
        }
        SessionOptions options = SessionOptions.builder().context(longest + SEQUENCES * depth).batch(BATCH).sequences(SEQUENCES).f32Cache(f32Cache)
            .build();
        return new TreeScorer(target.newSession(options), longest, temperature, threshold);
    }

    /**
     * Probabilities and what they cost.
     *
     * @param probabilities for each tree and node the target's probability of the node's token after the path above it
     * @param nodes         nodes of all trees
     * @param distinct      different inner nodes off the text: what must be evaluated without giving up paths
     * @param scored        nodes evaluated
     * @param missing       most that giving up paths took from each root-to-leaf path's value, for each tree: its LSE, maximum and mean miss no more
     * @param missingInAll  most that it took from each tree's expected accepted length
     */
    public record Scores(float[][] probabilities, int nodes, int distinct, int scored, double[] missing, double[] missingInAll) {
        /** Most that each tree's reward may be too low. */
        double[] bounds(Reward reward) {
            return reward == Reward.EXACT || reward == Reward.GREEDY ? missingInAll : missing;
        }
    }

    /**
     * Scores trees.
     *
     * @param text  tokens x, at most {@code longest}
     * @param rows  for each tree its trunk row t, 0..length-2: the tree's root is x[t+1]
     * @param trees one a row
     */
    public Scores score(int[] text, int[] rows, List<DraftTree> trees) {
        if (text.length > longest || rows.length != trees.size() || Arrays.stream(rows).anyMatch(row -> row < 0 || row > text.length - 2)) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "tree scorer: expected at most " + longest + " tokens and for each tree a row of 0.."
                + (text.length - 2) + ", found " + text.length + " tokens, " + trees.size() + " trees, rows " + Arrays.toString(rows));
        }
        Trie trie = new Trie(text);
        int nodes = 0;
        for (int i = 0; i < rows.length; i++) {
            trie.add(trees.get(i), rows[i]);
            nodes += trees.get(i).size();
        }
        int scored = scorer.score(trie);
        PruningBound[] bounds = trie.bounds();
        return new Scores(trie.probabilities(), nodes, trie.inner(), scored, Arrays.stream(bounds).mapToDouble(PruningBound::path).toArray(),
            Arrays.stream(bounds).mapToDouble(PruningBound::tree).toArray());
    }

    @Override
    public void close() {
        session.close();
    }
}
