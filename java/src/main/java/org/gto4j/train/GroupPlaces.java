package org.gto4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.gto4j.data.CorpusSequence;
import org.gto4j.data.ResponseSpan;

/**
 * Where the groups of a micro-batch are. The target reads a text once for all of its groups, so they gather in few texts: texts are taken in a random order,
 * long ones rather than short ones, up to {@link GroupOptions#density} of each, until {@link GroupOptions#share} of all positions is taken. Every position is
 * about as likely to be taken as any other.
 */
final class GroupPlaces {
    private final GroupOptions options;
    private final long seed;

    /** @param seed with the epoch and the texts it decides */
    GroupPlaces(GroupOptions options, long seed) {
        this.options = options;
        this.seed = seed;
    }

    /**
     * Chooses.
     *
     * @param texts of a micro-batch
     * @return for each text its groups' positions, trunk rows, ascending; none for most
     */
    int[][][] choose(List<LoadedSequence> texts, int epoch) {
        int[] available = texts.stream().mapToInt(text -> available(text.sequence())).toArray();
        double left = options.share() * Arrays.stream(available).sum();
        int[][][] places = new int[texts.size()][0][];
        for (int i : order(available, Randomness.of(seed, epoch, texts.get(0).index(), texts.size()))) {
            if (left > 0 && available[i] > 0) {
                places[i] = groups(texts.get(i), epoch, Math.min(Math.max(options.density(), options.share()), left / available[i]));
                left -= Arrays.stream(places[i]).mapToInt(group -> group.length).sum();
            }
        }
        return places;
    }

    /** A random order in which the chance to be next is proportional to the weight (Efraimidis and Spirakis: ascending exponentials divided by weights). */
    private static int[] order(int[] weights, SplittableRandom random) {
        double[] keys = Arrays.stream(weights).mapToDouble(weight -> -Math.log(1 - random.nextDouble()) / weight).toArray();
        return IntStream.range(0, weights.length).boxed().sorted(Comparator.comparingDouble(i -> keys[i])).mapToInt(i -> i).toArray();
    }

    /** Roots are tokens of a response, as in decoding: row t has root x[t+1]. At least x[t+2] must be there to be accepted. */
    private static int available(CorpusSequence sequence) {
        return sequence.responses().stream().mapToInt(span -> Math.max(0, span.length() - 1)).sum();
    }

    private int[][] groups(LoadedSequence text, int epoch, double share) {
        SplittableRandom random = Randomness.of(seed, epoch, text.index());
        List<int[]> groups = new ArrayList<>();
        for (ResponseSpan span : text.sequence().responses()) {
            groups.addAll(List.of(Groups.choose(span.start() - 1, span.end() - 2, options.groupSize(), share, random)));
        }
        return groups.toArray(int[][]::new);
    }
}
