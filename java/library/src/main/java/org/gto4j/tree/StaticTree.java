package org.gto4j.tree;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A tree of fixed shape, as in Medusa and EAGLE-1: nodes are chosen by their rank among their siblings only, whatever
 * the draft's probabilities. Each level is one call of {@link Drafter#expand} with the nodes that have children. A
 * draft whose vocabulary has fewer tokens than a node shall have children gives those that there are. Immutable and
 * thread-safe.
 */
public final class StaticTree implements TreePolicy {
    private final TreeShape shape;
    private final int expanded;

    /** @param shape which nodes it has */
    public StaticTree(TreeShape shape) {
        this.shape = Objects.requireNonNull(shape, "shape");
        int inner = 0;
        for (int depth = 1; depth < shape.depth(); depth++) {
            inner += (int) Arrays.stream(shape.children(depth))
                    .filter(count -> count > 0)
                    .count();
        }
        expanded = inner;
    }

    /** Which nodes it has. */
    public TreeShape shape() {
        return shape;
    }

    @Override
    public TreePlanner planner() {
        return (drafter, depth, nodes) ->
                new Growth().grow(drafter, Math.min(depth, shape.depth())).limited(depth, nodes);
    }

    @Override
    public String name() {
        return "static " + shape;
    }

    @Override
    public int maxNodes() {
        return shape.nodes();
    }

    @Override
    public int maxLeaves() {
        return shape.leaves();
    }

    @Override
    public int maxExpanded() {
        return expanded;
    }

    @Override
    public String toString() {
        return name();
    }

    /**
     * One tree while it grows. A place is where the shape has a node, counted within its level in the order of paths;
     * it may stay without a node.
     */
    private final class Growth {
        private final int[] tokens = new int[shape.nodes()];
        private final int[] parents = new int[shape.nodes()];
        private final float[] logProbs = new float[shape.nodes()];
        private final float[] scores = new float[shape.nodes()];
        /** Drafter's id of each node that has been expanded. */
        private final int[] ids = new int[shape.nodes()];

        private int size;

        DraftTree grow(Drafter drafter, int depth) {
            int width = shape.children(0)[0];
            int[] level = places(width);
            add(drafter.roots(width), 0, -1, width, level, 0);
            for (int down = 1; down < depth; down++) {
                level = expand(drafter, level, shape.children(down));
            }
            return new DraftTree(
                    Arrays.copyOf(tokens, size),
                    Arrays.copyOf(parents, size),
                    Arrays.copyOf(logProbs, size),
                    Arrays.copyOf(scores, size));
        }

        /** Nodes at the places below a level's places, by the number of children that each of these shall have. */
        private int[] expand(Drafter drafter, int[] level, int[] counts) {
            int[] inner = IntStream.range(0, level.length)
                    .filter(place -> level[place] >= 0 && counts[place] > 0)
                    .toArray();
            int[] below = places(Arrays.stream(counts).sum());
            if (inner.length == 0) {
                return below;
            }
            int[] nodes = Arrays.stream(inner).map(place -> level[place]).toArray();
            int most = Arrays.stream(inner).map(place -> counts[place]).max().getAsInt();
            Children children = drafter.expand(
                    Arrays.stream(nodes)
                            .map(node -> parents[node] < 0 ? -1 : ids[parents[node]])
                            .toArray(),
                    Arrays.stream(nodes).map(node -> tokens[node]).toArray(),
                    most);
            int at = 0;
            int row = 0;
            for (int place = 0; place < level.length; at += counts[place], place++) {
                if (row < inner.length && inner[row] == place) {
                    ids[nodes[row]] = children.firstNode() + row;
                    add(children, row, nodes[row], counts[place], below, at);
                    row++;
                }
            }
            return below;
        }

        private void add(Children children, int row, int parent, int count, int[] level, int at) {
            for (int rank = 0; rank < Math.min(count, children.k()); rank++) {
                int child = row * children.k() + rank;
                tokens[size] = children.tokens()[child];
                parents[size] = parent;
                logProbs[size] = children.logProb(child);
                scores[size] = (parent < 0 ? 0 : scores[parent]) + logProbs[size];
                level[at + rank] = size++;
            }
        }

        private static int[] places(int count) {
            int[] places = new int[count];
            Arrays.fill(places, -1);
            return places;
        }
    }
}
