package org.gto4j.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.gto4j.data.ResponseSpan;

/** The policy term of Group Tree Optimization as weights of log M(text) (arXiv 2509.22134 eq. 6-13). */
final class GroupTerm implements PolicyTerm {
    private final GroupOptions options;
    private final GroupRewards rewards;
    private final GroupMetrics metrics;
    private final long seed;

    GroupTerm(GroupOptions options, GroupRewards rewards, GroupMetrics metrics, long seed) {
        this.options = options;
        this.rewards = rewards;
        this.metrics = metrics;
        this.seed = seed;
    }

    /**
     * L_GTO of a group is -(1/m) sum of the positions' surrogates, of a micro-batch the mean over its groups: so weights are the surrogates'
     * derivatives times omega / (m * groups).
     */
    @Override
    public List<float[][]> weights(List<LoadedSequence> sequences, int epoch, int passes) {
        List<float[][]> weights = new ArrayList<>();
        int groups = 0;
        for (LoadedSequence loaded : sequences) {
            float[][] own = new float[loaded.sequence().length()][passes];
            int[][] places = places(loaded, epoch);
            if (places.length > 0) {
                fill(own, loaded, places, passes);
                groups += places.length;
            }
            weights.add(own);
        }
        float factor = groups == 0 ? 0 : (float) (options.omega() / groups);
        for (float[][] own : weights) {
            for (float[] row : own) {
                for (int j = 0; j < passes; j++) {
                    row[j] *= factor;
                }
            }
        }
        return weights;
    }

    /**
     * Roots are tokens of a response, as in decoding: row t has root x[t+1]. At least x[t+2] must be there to be accepted. A foreign text has none: what the
     * target would accept there isn't the text.
     */
    private int[][] places(LoadedSequence loaded, int epoch) {
        SplittableRandom random = Randomness.of(seed, epoch, loaded.index());
        List<int[]> places = new ArrayList<>();
        for (ResponseSpan span : loaded.sequence().own() ? loaded.sequence().responses() : List.<ResponseSpan>of()) {
            places.addAll(List.of(Groups.choose(span.start() - 1, span.end() - 2, options.groupSize(), options.share(), random)));
        }
        return places.toArray(int[][]::new);
    }

    private void fill(float[][] weights, LoadedSequence loaded, int[][] groups, int passes) {
        int[] rows = Arrays.stream(groups).flatMapToInt(Arrays::stream).toArray();
        GroupRewards.Positions positions = rewards.of(loaded, rows);
        int next = 0;
        for (int[] group : groups) {
            double[] differences = new double[group.length];
            for (int i = 0; i < group.length; i++) {
                differences[i] = (double) positions.rewards()[next + i] - positions.baselines()[next + i];
            }
            double[] advantages = Advantages.of(differences, options.advantageDelta());
            for (int i = 0; i < group.length; i++, next++) {
                TextPath path = positions.paths().get(next);
                Surrogate surrogate = Surrogate.of(path.logProb() - positions.referenceLog()[next], advantages[i], path.length(), options.clip());
                metrics.position(positions.rewards()[next], differences[i], surrogate);
                // A tree deeper than the trainer's passes: the further tokens have no row to ride on.
                Arrays.fill(weights[group[i]], 0, Math.min(path.length(), passes), (float) (surrogate.weight() / group.length));
            }
        }
    }

    @Override
    public Map<String, Double> takeMetrics() {
        return metrics.take();
    }

    @Override
    public void save(Path file) {
        rewards.known().save(file);
    }

    @Override
    public void load(Path file) {
        rewards.known().load(file);
    }

    @Override
    public void close() {
        rewards.close();
    }
}
