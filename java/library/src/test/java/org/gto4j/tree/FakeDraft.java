package org.gto4j.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A draft without a net: log-probabilities are a fixed random function of (seed, root, path). With a grid they are
 * rounded to its multiples, so that ties, and edges of log-probability 0, are common.
 */
public final class FakeDraft implements ForestDrafter {
    private record Node(int row, List<Integer> path) {
        Node child(int token) {
            List<Integer> longer = new ArrayList<>(path);
            longer.add(token);
            return new Node(row, longer);
        }
    }

    private final long seed;
    private final int vocabulary;
    private final float grid;
    private final double spread;
    private final List<Node> nodes = new ArrayList<>();
    private int rootCalls;
    private int expandCalls;

    public FakeDraft(long seed, int vocabulary, float grid) {
        this(seed, vocabulary, grid, 4);
    }

    /** @param spread logits are from -spread to spread */
    FakeDraft(long seed, int vocabulary, float grid, double spread) {
        this.spread = spread;
        this.seed = seed;
        this.vocabulary = vocabulary;
        this.grid = grid;
    }

    /** Log-probability of every token after a path below a row. */
    float[] logProbs(int row, List<Integer> path) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + row * 31L + path.hashCode());
        double[] logits = random.doubles(vocabulary, -spread, spread).toArray();
        double norm = Math.log(Arrays.stream(logits).map(Math::exp).sum());
        float[] logProbs = new float[vocabulary];
        for (int token = 0; token < vocabulary; token++) {
            float exact = (float) (logits[token] - norm);
            logProbs[token] = grid == 0 ? exact : Math.round(exact / grid) * grid;
        }
        return logProbs;
    }

    /** The k best tokens, ties to the lower id. */
    List<Integer> best(float[] logProbs, int k) {
        return IntStream.range(0, vocabulary)
                .boxed()
                .sorted(Comparator.comparing((Integer token) -> -logProbs[token])
                        .thenComparing(token -> token))
                .limit(k)
                .toList();
    }

    int expanded() {
        return nodes.size();
    }

    int rootCalls() {
        return rootCalls;
    }

    public int expandCalls() {
        return expandCalls;
    }

    @Override
    public Children roots(int[] rows, int k, int @Nullable [] query) {
        rootCalls++;
        return children(
                -1,
                Arrays.stream(rows).mapToObj(row -> new Node(row, List.of())).toList(),
                k);
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k, int @Nullable [] query) {
        expandCalls++;
        int first = nodes.size();
        List<Node> fresh = new ArrayList<>();
        for (int i = 0; i < parents.length; i++) {
            Node parent = parents[i] < 0 ? new Node(-1 - parents[i], List.of()) : nodes.get(parents[i]);
            fresh.add(parent.child(tokens[i]));
        }
        nodes.addAll(fresh);
        return children(first, fresh, k);
    }

    private Children children(int first, List<Node> rows, int k) {
        int width = Math.min(k, vocabulary);
        int[] tokens = new int[rows.size() * width];
        float[] values = new float[tokens.length];
        int at = 0;
        for (Node node : rows) {
            float[] logProbs = logProbs(node.row(), node.path());
            for (int token : best(logProbs, width)) {
                tokens[at] = token;
                values[at++] = logProbs[token];
            }
        }
        return new Children(first, width, tokens, values, null);
    }

    /** The same draft with one root. */
    public Drafter at(int row) {
        return new NoHistory() {
            @Override
            public Children roots(int k) {
                return FakeDraft.this.roots(new int[] {row}, k, null);
            }

            @Override
            public Children expand(int[] parents, int[] tokens, int k) {
                int[] codes = Arrays.stream(parents)
                        .map(parent -> parent < 0 ? -1 - row : parent)
                        .toArray();
                return FakeDraft.this.expand(codes, tokens, k, null);
            }
        };
    }
}
