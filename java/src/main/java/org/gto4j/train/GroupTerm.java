package org.gto4j.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;


/** The policy term of Group Tree Optimization as weights of log M(text) (arXiv 2509.22134 eq. 6-13). */
final class GroupTerm implements PolicyTerm {
    private final GroupOptions options;
    private final GroupRewards rewards;
    private final GroupMetrics metrics;
    private final GroupPlaces places;

    GroupTerm(GroupOptions options, GroupRewards rewards, GroupMetrics metrics, long seed) {
        this.options = options;
        this.rewards = rewards;
        this.metrics = metrics;
        this.places = new GroupPlaces(options, seed);
    }

    /**
     * L_GTO of a group is -(1/m) sum of the positions' surrogates, of a micro-batch the mean over its groups: so weights are the surrogates'
     * derivatives times omega / (m * groups).
     */
    @Override
    public List<float[][]> weights(List<LoadedSequence> sequences, int epoch, int passes) {
        List<float[][]> weights = new ArrayList<>();
        int groups = 0;
        int[][][] chosen = places.choose(sequences, epoch);
        for (int i = 0; i < chosen.length; i++) {
            float[][] own = new float[sequences.get(i).sequence().length()][passes];
            if (chosen[i].length > 0) {
                fill(own, sequences.get(i), chosen[i], passes);
                groups += chosen[i].length;
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
