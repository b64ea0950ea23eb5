package org.gto4j.tree;

import java.util.Arrays;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * A draft tree of n nodes below a root that isn't among them. Parents stand before their children. The arrays are
 * shared, not copied: don't change them.
 *
 * @param tokens the nodes' tokens, target ids; siblings hold different ones
 * @param parents index of the node's parent, below its own; -1 = child of the root
 * @param logProbs the draft's log-probability of the node's token after its parent's path, at most 0
 * @param scores sum of logProbs on the path from the root
 * @param draws number of the node's draw if it is a drawn child (see {@link Drafter#draw}), else -1; a node has one
 *     drawn child at most. Its logProbs entry says how probable it is that such a child is accepted, whatever its token
 */
public record DraftTree(int[] tokens, int[] parents, float[] logProbs, float[] scores, int[] draws) {
    private static final DraftTree EMPTY = ofSize(0);

    /** Checks that the arrays have one length. */
    public DraftTree {
        if (parents.length != tokens.length
                || logProbs.length != tokens.length
                || scores.length != tokens.length
                || draws.length != tokens.length) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a tree of " + tokens.length + " tokens needs as many parents, "
                            + "log-probabilities, scores and draws, found " + parents.length + ", "
                            + logProbs.length + ", " + scores.length + ", " + draws.length);
        }
    }

    /** A tree without drawn children. */
    public DraftTree(int[] tokens, int[] parents, float[] logProbs, float[] scores) {
        this(tokens, parents, logProbs, scores, none(tokens.length));
    }

    private static int[] none(int size) {
        int[] draws = new int[size];
        Arrays.fill(draws, -1);
        return draws;
    }

    /** Room for a tree's nodes, none of them a drawn child. */
    static DraftTree ofSize(int size) {
        return new DraftTree(new int[size], new int[size], new float[size], new float[size]);
    }

    /** The tree without nodes. */
    public static DraftTree empty() {
        return EMPTY;
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new GtoException(GtoException.Kind.ARGUMENT, otherwise);
        }
    }

    /** Number of nodes. */
    public int size() {
        return tokens.length;
    }

    /** Whether any node is a drawn child. */
    public boolean hasDrawn() {
        for (int draw : draws) {
            if (draw >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether the child that a draw gave is among the nodes. */
    boolean hasDraw(int number) {
        for (int draw : draws) {
            if (draw == number) {
                return true;
            }
        }
        return false;
    }

    /** Depth of a node: 1 for the root's children. */
    public int depth(int node) {
        check(node >= 0 && node < size(), "node: expected 0.." + (size() - 1) + ", found " + node);
        int depth = 1;
        for (int up = parents[node]; up >= 0; up = parents[up]) {
            depth++;
        }
        return depth;
    }

    /** Depth of the deepest node, 0 for the empty tree. */
    public int depth() {
        int deepest = 0;
        for (int node = 0; node < size(); node++) {
            deepest = Math.max(deepest, depth(node));
        }
        return deepest;
    }

    /** Indices of nodes without children, ascending. */
    public int[] leaves() {
        boolean[] inner = new boolean[size()];
        for (int parent : parents) {
            if (parent >= 0) {
                inner[parent] = true;
            }
        }
        int[] leaves = new int[size()];
        int count = 0;
        for (int node = 0; node < size(); node++) {
            if (!inner[node]) {
                leaves[count++] = node;
            }
        }
        return Arrays.copyOf(leaves, count);
    }

    /**
     * The nodes, from the root's child downwards, that a text takes: what is accepted if the target writes that text.
     *
     * @param text tokens
     * @param from index of the first token after the root's, at least 0
     */
    public int[] path(int[] text, int from) {
        check(from >= 0, "from: expected at least 0, found " + from);
        int[] path = new int[Math.min(size(), Math.max(0, text.length - from))];
        int length = 0;
        // Parents stand before children, so that one pass finds the whole path.
        for (int node = 0; node < size() && length < path.length; node++) {
            if (parents[node] == (length == 0 ? -1 : path[length - 1]) && tokens[node] == text[from + length]) {
                path[length++] = node;
            }
        }
        return Arrays.copyOf(path, length);
    }

    /**
     * The best part of this tree: at most {@code nodes} nodes of at most depth {@code depth}, by score, then lower
     * index. Both at least 0. Ancestors are kept.
     */
    public DraftTree limited(int depth, int nodes) {
        check(depth >= 0 && nodes >= 0, "depth and nodes: expected at least 0, found " + depth + " and " + nodes);
        int[] depths = new int[size()];
        int[] within = new int[size()];
        float[] withinScores = new float[size()];
        int count = 0;
        for (int node = 0; node < size(); node++) {
            depths[node] = parents[node] < 0 ? 1 : depths[parents[node]] + 1;
            if (depths[node] <= depth) {
                withinScores[count] = scores[node];
                within[count++] = node;
            }
        }
        if (count == size() && size() <= nodes) {
            return this;
        }
        return subset(Arrays.stream(new Ranking().best(withinScores, 0, count, nodes))
                .map(i -> within[i])
                .sorted()
                .toArray());
    }

    private DraftTree subset(int[] kept) {
        int[] place = new int[size()];
        DraftTree part = ofSize(kept.length);
        for (int i = 0; i < kept.length; i++) {
            int node = kept[i];
            place[node] = i;
            part.tokens[i] = tokens[node];
            part.parents[i] = parents[node] < 0 ? -1 : place[parents[node]];
            part.logProbs[i] = logProbs[node];
            part.scores[i] = scores[node];
            part.draws[i] = draws[node];
        }
        return part;
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
