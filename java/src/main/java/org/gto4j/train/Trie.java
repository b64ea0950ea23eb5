package org.gto4j.train;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.gto4j.tree.DraftTree;

/**
 * All different (context, path) pairs of many draft trees over one text. The text is the spine; a path that leaves it after token a hangs below
 * spine place a, whichever tree it came from: what the target says there depends on x[0..a] and the path off the text only.
 *
 * <p>A code names a place: -1 - a for the text up to and including token a, n >= 0 for node n off the text. Nodes are numbered so that
 * parents come before children.
 */
final class Trie {
    private final int[] text;
    private final BitSet asked = new BitSet();
    private final Map<Integer, List<Integer>> spineChildren = new HashMap<>();
    private final Map<Long, Integer> index = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Placement> placements = new ArrayList<>();
    private final float[] textProbability;

    /** A place off the text. */
    static final class Node {
        /** Code of the place above. */
        final int parent;
        final int token;
        /** The last token of the text on its path. */
        final int anchor;
        /** Tokens off the text, at least 1. */
        final int depth;
        final List<Integer> children = new ArrayList<>();
        /** T(token | path above); 0 until known, and for what is pruned. */
        float probability;
        /** Probability of the path from a tree's root, in the tree where it is highest. */
        double reach;
        /** Its own row was decoded, so that its children's probabilities are known. */
        boolean evaluated;

        Node(int parent, int token, int anchor, int depth) {
            this.parent = parent;
            this.token = token;
            this.anchor = anchor;
            this.depth = depth;
        }

        /** Position of its token. */
        int position() {
            return anchor + depth;
        }
    }

    /** Where a tree's nodes are. */
    private record Placement(DraftTree tree, int row, int[] codes) {
    }

    Trie(int[] text) {
        this.text = text;
        this.textProbability = new float[text.length];
    }

    /**
     * Adds a tree.
     *
     * @param row trunk row t: the root is token x[t+1]
     */
    void add(DraftTree tree, int row) {
        int[] codes = new int[tree.size()];
        for (int i = 0; i < codes.length; i++) {
            int parent = tree.parents()[i];
            codes[i] = child(parent < 0 ? -1 - (row + 1) : codes[parent], tree.tokens()[i]);
        }
        placements.add(new Placement(tree, row, codes));
    }

    private int child(int parent, int token) {
        int anchor = parent < 0 ? -1 - parent : nodes.get(parent).anchor;
        if (parent < 0 && anchor + 1 < text.length && text[anchor + 1] == token) {
            asked.set(anchor + 1);
            return parent - 1;
        }
        return index.computeIfAbsent((long) parent << 32 | token, key -> {
            int number = nodes.size();
            int depth = parent < 0 ? 1 : nodes.get(parent).depth + 1;
            nodes.add(new Node(parent, token, anchor, depth));
            (parent < 0 ? spineChildren.computeIfAbsent(anchor, a -> new ArrayList<>()) : nodes.get(parent).children).add(number);
            return number;
        });
    }

    int[] text() {
        return text;
    }

    Node node(int number) {
        return nodes.get(number);
    }

    int size() {
        return nodes.size();
    }

    /** Whether the probability of text token a (after those before it) is asked. */
    boolean asks(int a) {
        return a < text.length && asked.get(a);
    }

    void setTextProbability(int a, float probability) {
        textProbability[a] = probability;
    }

    /** Nodes directly below the text up to token a. */
    List<Integer> childrenOfText(int a) {
        return spineChildren.getOrDefault(a, List.of());
    }

    /** Whether the target's distribution after text token a is needed. */
    boolean needs(int a) {
        return asks(a + 1) || spineChildren.containsKey(a);
    }

    /**
     * Sets the reach of the nodes directly below the text; the probabilities of text and of these nodes must be known. Deeper nodes get the highest
     * probability of their trees' way along the text, to be multiplied by the way off it (see {@link #descend}).
     */
    void startReach() {
        for (Node node : nodes) {
            node.reach = 0;
        }
        for (Placement placement : placements) {
            double[] alongText = new double[placement.codes.length];
            for (int i = 0; i < alongText.length; i++) {
                int parent = placement.tree.parents()[i];
                alongText[i] = parent < 0 ? 1 : alongText[parent];
                int code = placement.codes[i];
                if (code < 0) {
                    alongText[i] *= textProbability[-1 - code];
                } else {
                    nodes.get(code).reach = Math.max(nodes.get(code).reach, alongText[i]);
                }
            }
        }
        for (Node node : nodes) {
            if (node.depth == 1) {
                node.reach *= node.probability;
            }
        }
    }

    /** Sets a deeper node's probability and reach; its parent's must be set. */
    void descend(int number, float probability) {
        Node node = nodes.get(number);
        node.probability = probability;
        node.reach *= probability;
        // The parent's path off the text, without its own way along the text, which may be another tree's.
        for (int up = node.parent; up >= 0; up = nodes.get(up).parent) {
            node.reach *= nodes.get(up).probability;
        }
    }

    /** The probabilities of each tree's nodes, in the order in which the trees were added. */
    float[][] probabilities() {
        return placements.stream().map(placement -> {
            float[] values = new float[placement.codes.length];
            for (int i = 0; i < values.length; i++) {
                int code = placement.codes[i];
                values[i] = code < 0 ? textProbability[-1 - code] : nodes.get(code).probability;
            }
            return values;
        }).toArray(float[][]::new);
    }

    /** What may be missing in the values of each tree, in the order in which the trees were added. */
    PruningBound[] bounds() {
        return placements.stream().map(placement -> {
            DraftTree tree = placement.tree;
            int[] height = new int[tree.size()];
            for (int i = tree.size() - 1; i >= 0; i--) {
                int parent = tree.parents()[i];
                if (parent >= 0) {
                    height[parent] = Math.max(height[parent], height[i] + 1);
                }
            }
            double[] path = new double[tree.size()];
            PruningBound bound = PruningBound.NONE;
            for (int i = 0; i < path.length; i++) {
                int parent = tree.parents()[i];
                int code = placement.codes[i];
                path[i] = (parent < 0 ? 1 : path[parent]) * (code < 0 ? textProbability[-1 - code] : nodes.get(code).probability);
                if (code >= 0 && height[i] > 0 && !nodes.get(code).evaluated) {
                    bound = bound.and(path[i] * height[i]);
                }
            }
            return bound;
        }).toArray(PruningBound[]::new);
    }

    /** Nodes off the text that have children: what would be evaluated without pruning. */
    int inner() {
        return (int) nodes.stream().filter(node -> !node.children.isEmpty()).count();
    }

    /** Last token of the text that is needed, -1 if none. */
    int lastNeeded() {
        int last = asked.length() - 2;
        for (int a : spineChildren.keySet()) {
            last = Math.max(last, a);
        }
        return last;
    }
}
