package org.gto4j.gto;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.gto4j.data.CorpusSequence;
import org.gto4j.train.LoadedSequence;
import org.gto4j.train.Randomness;

/**
 * Where the groups of a micro-batch are. The target reads a text once for all of its groups, so they gather in few
 * texts: texts are taken in a random order, long ones rather than short ones, a density of each, until a share of all
 * positions is taken. Where the last text would have to be taken in part, it is taken as a whole by chance, so that
 * some micro-batches have no group at all. Every position is about as likely to be taken as any other.
 */
final class GroupPositions {
    private final int groupSize;
    private final double share;
    private final double density;
    private final long seed;

    /**
     * @param share of all responses' positions that groups take, in (0, 1]
     * @param density most of a text's positions that groups take, in (0, 1]; below share it counts as share
     * @param seed with the epoch and the texts it decides
     */
    GroupPositions(int groupSize, double share, double density, long seed) {
        this.groupSize = groupSize;
        this.share = share;
        this.density = Math.max(density, share);
        this.seed = seed;
    }

    /**
     * Chooses.
     *
     * @param texts of a micro-batch
     * @return for each text its groups' positions, trunk rows, ascending; none for most
     */
    int[][][] choose(List<LoadedSequence> texts, int epoch) {
        int[] available =
                texts.stream().mapToInt(text -> available(text.sequence())).toArray();
        double left = share * Arrays.stream(available).sum();
        int[][][] places = new int[texts.size()][0][];
        SplittableRandom random = Randomness.of(seed, epoch, texts.get(0).index(), texts.size());
        for (int i : order(available, random)) {
            double whole = density * available[i];
            if (whole > 0 && random.nextDouble() < left / whole) {
                places[i] = Groups.choose(
                        texts.get(i).sequence(),
                        groupSize,
                        density,
                        Randomness.of(seed, epoch, texts.get(i).index()));
            }
            left -= whole;
        }
        return places;
    }

    /** Groups that {@link #choose} takes on average. */
    double expected(List<LoadedSequence> texts) {
        return share
                * texts.stream().mapToInt(text -> available(text.sequence())).sum()
                / groupSize;
    }

    /**
     * A random order in which the chance to be next is proportional to the weight (Efraimidis and Spirakis: ascending
     * exponentials divided by weights).
     */
    private static int[] order(int[] weights, SplittableRandom random) {
        double[] keys = Arrays.stream(weights)
                .mapToDouble(weight -> -Math.log(1 - random.nextDouble()) / weight)
                .toArray();
        return IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> keys[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    /** Positions that {@link Groups#choose(CorpusSequence, int, double, SplittableRandom)} has. */
    private static int available(CorpusSequence sequence) {
        return sequence.responses().stream()
                .mapToInt(span -> Math.max(0, span.length() - 1))
                .sum();
    }
}
