package org.gto4j.gto;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.tree.DraftTree;

/**
 * All different (context, path) pairs of many draft trees over one text. The text is the spine; a path that leaves it
 * after token a hangs below spine place a, whichever tree it came from: what the target says there depends on x[0..a]
 * and the path off the text only.
 *
 * <p>A code names a place: -1 - a for the text up to and including token a, n >= 0 for node n off the text. Nodes are
 * numbered so that parents come before children.
 */
final class Trie {
    private final int[] text;
    private final RewardOptions options;
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
        /** See {@link RemainingReward}, in the tree where it is highest. */
        double stake;
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
    private record Placement(int[] codes, RemainingReward stakes) {}

    Trie(int[] text, RewardOptions options) {
        this.text = text;
        this.options = options;
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
        placements.add(new Placement(codes, new RemainingReward(tree, options)));
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
            (parent < 0 ? spineChildren.computeIfAbsent(anchor, a -> new ArrayList<>()) : nodes.get(parent).children)
                    .add(number);
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

    /** Sets what is at stake below each node by the probabilities known so far. */
    void weigh() {
        nodes.forEach(node -> node.stake = 0);
        for (Placement placement : placements) {
            double[] stakes = placement.stakes.of(probabilities(placement));
            for (int i = 0; i < stakes.length; i++) {
                if (placement.codes[i] >= 0) {
                    Node node = nodes.get(placement.codes[i]);
                    node.stake = Math.max(node.stake, stakes[i]);
                }
            }
        }
    }

    /** The probabilities of each tree's nodes, in the order in which the trees were added. */
    float[][] probabilities() {
        return placements.stream().map(this::probabilities).toArray(float[][]::new);
    }

    private float[] probabilities(Placement placement) {
        float[] values = new float[placement.codes.length];
        for (int i = 0; i < values.length; i++) {
            int code = placement.codes[i];
            values[i] = code < 0 ? textProbability[-1 - code] : nodes.get(code).probability;
        }
        return values;
    }

    /**
     * Most that each tree's reward may be too low, in the order in which the trees were added: what is at stake at
     * nodes that weren't evaluated.
     */
    double[] bounds() {
        return placements.stream()
                .mapToDouble(placement -> {
                    double[] stakes = placement.stakes.of(probabilities(placement));
                    double bound = 0;
                    for (int i = 0; i < stakes.length; i++) {
                        int code = placement.codes[i];
                        bound += code >= 0 && !nodes.get(code).evaluated ? stakes[i] : 0;
                    }
                    return bound;
                })
                .toArray();
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
