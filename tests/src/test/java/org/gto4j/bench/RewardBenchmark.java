package org.gto4j.bench;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.gto4j.model.TreeRewards;
import org.gto4j.tree.DraftTree;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Rewards of 100 random trees of 60 nodes in one native call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RewardBenchmark {
    private static final int TREES = 100;
    private static final int NODES = 60;

    /** How trees are rewarded. */
    @Param({"LSE", "EXACT"})
    public TreeRewards.Kind kind;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<DraftTree> trees =
            IntStream.range(0, TREES).mapToObj(i -> tree()).toList();
    private final float[][] probabilities = random.doubles(TREES)
            .mapToObj(p -> {
                float[] row = new float[NODES];
                Arrays.fill(row, (float) p);
                return row;
            })
            .toArray(float[][]::new);

    private DraftTree tree() {
        int[] parents =
                IntStream.range(0, NODES).map(node -> random.nextInt(-1, node)).toArray();
        return new DraftTree(new int[NODES], parents, new float[NODES], new float[NODES]);
    }

    /** All of them. */
    @Benchmark
    public float[] rewards() {
        return TreeRewards.of(kind, 1, trees, probabilities);
    }
}
