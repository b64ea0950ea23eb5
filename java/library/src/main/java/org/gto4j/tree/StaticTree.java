package org.gto4j.tree;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A tree of fixed shape, as in Medusa and EAGLE-1: nodes are chosen by their rank among their siblings only, whatever
 * the draft's probabilities. Each level is one call of {@link Drafter#expand} with the nodes that have children. A
 * draft whose vocabulary has fewer tokens than a node shall have children gives those that there are. With drawn
 * children each node's last child is a drawn one. Immutable and thread-safe.
 */
public final class StaticTree implements TreePolicy {
    private final TreeShape shape;
    private final int expanded;
    private final @Nullable DrawnChild drawn;

    /** @param shape which nodes it has */
    public StaticTree(TreeShape shape) {
        this(shape, null);
    }

    private StaticTree(TreeShape shape, @Nullable DrawnChild drawn) {
        this.drawn = drawn;
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
        return (drafter, depth, nodes) -> new Growth(drawn != null && drafter.draws())
                .grow(drafter, Math.min(depth, shape.depth()))
                .limited(depth, nodes);
    }

    @Override
    public @Nullable DrawnChild drawnChild() {
        return drawn;
    }

    @Override
    public StaticTree drawing(DrawnChild how) {
        return new StaticTree(shape, Objects.requireNonNull(how, "drawn"));
    }

    @Override
    public String name() {
        String name = "static " + shape;
        return drawn == null ? name : drawn.named(name);
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

        private final int[] draws = new int[shape.nodes()];
        private final boolean drawing;

        private int size;

        /** @param drawing whether each node's last child is a drawn one */
        Growth(boolean drawing) {
            this.drawing = drawing;
        }

        DraftTree grow(Drafter drafter, int depth) {
            int width = shape.children(0)[0];
            int[] level = places(width);
            add(offspring(drafter, new int[] {-1}, drafter.roots(width), new int[] {width}), 0, -1, level, 0);
            for (int down = 1; down < depth; down++) {
                level = expand(drafter, level, shape.children(down));
            }
            return new DraftTree(
                    Arrays.copyOf(tokens, size),
                    Arrays.copyOf(parents, size),
                    Arrays.copyOf(logProbs, size),
                    Arrays.copyOf(scores, size),
                    Arrays.copyOf(draws, size));
        }

        /** @param counts how many children each row shall have, at least 1 */
        private Offspring offspring(Drafter drafter, int[] parents, Children children, int[] counts) {
            return drawing
                    ? Offspring.draw(drafter, parents, children, row -> counts[row] - 1, null)
                    : Offspring.of(children, row -> counts[row]);
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
            int[] wanted = Arrays.stream(inner).map(place -> counts[place]).toArray();
            Children children = drafter.expand(
                    Arrays.stream(nodes)
                            .map(node -> parents[node] < 0 ? -1 : ids[parents[node]])
                            .toArray(),
                    Arrays.stream(nodes).map(node -> tokens[node]).toArray(),
                    Arrays.stream(wanted).max().getAsInt());
            for (int row = 0; row < nodes.length; row++) {
                ids[nodes[row]] = children.firstNode() + row;
            }
            Offspring offspring = offspring(
                    drafter, Arrays.stream(nodes).map(node -> ids[node]).toArray(), children, wanted);
            int at = 0;
            int row = 0;
            for (int place = 0; place < level.length; at += counts[place], place++) {
                if (row < inner.length && inner[row] == place) {
                    add(offspring, row, nodes[row], below, at);
                    row++;
                }
            }
            return below;
        }

        private void add(Offspring children, int row, int parent, int[] level, int at) {
            int count = children.fixed(row);
            for (int rank = 0; rank < count; rank++) {
                level[at + rank] = add(children.token(row, rank), parent, children.logProb(row, rank), -1);
            }
            if (children.hasDrawn(row)) {
                level[at + count] =
                        add(children.drawnToken(row), parent, children.drawnLogProb(row), children.draw(row));
            }
        }

        private int add(int token, int parent, float logProb, int draw) {
            tokens[size] = token;
            parents[size] = parent;
            logProbs[size] = logProb;
            scores[size] = (parent < 0 ? 0 : scores[parent]) + logProb;
            draws[size] = draw;
            return size++;
        }

        private static int[] places(int count) {
            int[] places = new int[count];
            Arrays.fill(places, -1);
            return places;
        }
    }
}
