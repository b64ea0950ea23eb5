package org.gto4j.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.gto4j.error.GtoException;

/**
 * Which nodes a tree of fixed shape has: for each node, how many of the draft's best children are below it. A node is
 * thus named by the ranks on its path (0 = its parent's best child), as in the static trees of Medusa (arXiv
 * 2401.10774) and EAGLE-1 (arXiv 2401.15077); a rank is there only with all better ones.
 *
 * <p>Written level by level, numbers of children separated by "-", levels by "/": first the root's, then those of its
 * children from best to worst, then those of all nodes of depth 2 in the order of their paths, and so on; nodes at the
 * end of a level without a number have none. {@code 4/3-1/2} is four tokens, below the best of them three and below the
 * second one, and below the best path of length two another two: 4 + 4 + 2 nodes. {@code 1/1/1} is a chain. Immutable
 * and thread-safe.
 */
public final class TreeShape {
    private static final int MOST_NODES = 4096;
    private static final String LEVEL = "/";
    private static final String NODE = "-";

    private final List<int[]> levels;
    private final int nodes;
    private final int leaves;

    private TreeShape(List<int[]> levels, int nodes, int leaves) {
        this.levels = levels;
        this.nodes = nodes;
        this.leaves = leaves;
    }

    /** The 25 nodes of EAGLE-1: {@code 4/3-2-2-1/3-2-2-1/3/2}. */
    public static TreeShape eagle1() {
        return parse("4/3-2-2-1/3-2-2-1/3/2");
    }

    /**
     * Reads a shape as described above; ARGUMENT: names the level that is wrong, what is expected there and what was
     * found.
     */
    public static TreeShape parse(String text) {
        List<int[]> levels = new ArrayList<>();
        int above = 1;
        int nodes = 0;
        int leaves = 0;
        for (String level : text.split(LEVEL, -1)) {
            int[] children = numbers(level, text, levels.size() + 1, above);
            int width = Arrays.stream(children).sum();
            if (width == 0) {
                throw wrong(text, levels.size() + 1, "at least one child", level);
            }
            leaves += above
                    - (int) Arrays.stream(children).filter(count -> count > 0).count();
            nodes += width;
            if (nodes > MOST_NODES) {
                throw wrong(text, levels.size() + 1, "at most " + MOST_NODES + " nodes", level);
            }
            levels.add(children);
            above = width;
        }
        return new TreeShape(List.copyOf(levels), nodes, leaves + above);
    }

    private static int[] numbers(String level, String text, int number, int above) {
        String[] parts = level.split(NODE, -1);
        if (parts.length > above) {
            throw wrong(text, number, "at most " + above + " numbers of children, one a node above", level);
        }
        int[] children = new int[above];
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].matches("\\d{1,3}")) {
                throw wrong(text, number, "whole numbers of children below 1000", level);
            }
            children[i] = Integer.parseInt(parts[i]);
        }
        return children;
    }

    private static GtoException wrong(String text, int level, String expected, String found) {
        return new GtoException(
                GtoException.Kind.ARGUMENT,
                "tree shape '" + text + "', level " + level + ": expected " + expected + ", found '" + found + "'");
    }

    /** Levels of nodes below the root, at least 1. */
    public int depth() {
        return levels.size();
    }

    /** Nodes, the root not counted. */
    public int nodes() {
        return nodes;
    }

    /** Nodes without children. */
    public int leaves() {
        return leaves;
    }

    /** Children of each node of a depth (0 = the root), in the order of their paths; not to be changed. */
    int[] children(int depth) {
        return levels.get(depth);
    }

    /** As it is read, without zeros at the end of a level. */
    @Override
    public String toString() {
        return levels.stream().map(TreeShape::text).collect(Collectors.joining(LEVEL));
    }

    private static String text(int[] children) {
        int length = children.length;
        while (children[length - 1] == 0) {
            length--;
        }
        return Arrays.stream(children, 0, length).mapToObj(Integer::toString).collect(Collectors.joining(NODE));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreeShape shape && shape.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}
