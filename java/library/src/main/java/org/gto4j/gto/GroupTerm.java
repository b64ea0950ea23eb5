package org.gto4j.gto;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.gto.GroupOptions.Standardise;
import org.gto4j.model.TrainingBatch;
import org.gto4j.train.LoadedSequence;
import org.gto4j.train.PolicyTerm;
import org.gto4j.train.PolicyWeights;

/** The policy term of Group Tree Optimization as weights of log M along accepted paths (arXiv 2509.22134 eq. 6-13). */
public final class GroupTerm implements PolicyTerm {
    private final GroupOptions options;
    private final GroupRewards rewards;
    private final GroupMetrics metrics;
    private final GroupPositions places;

    /** @param rewards closed with this */
    public GroupTerm(GroupOptions options, GroupRewards rewards, GroupMetrics metrics, long seed) {
        this.options = options;
        this.rewards = Objects.requireNonNull(rewards, "rewards");
        this.metrics = Objects.requireNonNull(metrics, "metrics");
        this.places = new GroupPositions(options.groupSize(), options.share(), options.density(), seed);
    }

    /**
     * L_GTO of a group is -(1/m) sum of the positions' surrogates, of a micro-batch the sum over its groups divided by
     * how many it has on average: so weights are the surrogates' derivatives times omega / (m * groups), and a position
     * counts the same in a micro-batch with many groups as in one with few.
     */
    @Override
    public List<PolicyWeights> weights(List<LoadedSequence> sequences, int epoch, int passes, float share) {
        Arguments.inRange("passes", passes, 1, TrainingBatch.MAX_PASSES);
        List<PolicyWeights> weights = new ArrayList<>();
        int[][][] chosen = places.choose(sequences, epoch);
        double expected = places.expected(sequences);
        float scale = expected == 0 ? 0 : share * (float) (options.omega() / expected);
        for (int i = 0; i < chosen.length; i++) {
            float[][] onText = new float[sequences.get(i).sequence().length()][passes];
            List<PolicyWeights.Walked> walked = new ArrayList<>();
            if (chosen[i].length > 0) {
                fill(onText, walked, sequences.get(i), chosen[i], passes, scale);
            }
            weights.add(new PolicyWeights(onText, walked, List.of()));
        }
        return weights;
    }

    private void fill(
            float[][] onText,
            List<PolicyWeights.Walked> walked,
            LoadedSequence loaded,
            int[][] groups,
            int passes,
            float scale) {
        int[] rows = Arrays.stream(groups).flatMapToInt(Arrays::stream).toArray();
        boolean walks = rewards.walks(loaded.sequence());
        GroupRewards.Positions positions = rewards.of(loaded, rows);
        double[] differences = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            differences[i] = (double) positions.rewards()[i] - positions.baselines()[i];
        }
        double[] advantages = advantages(differences, groups);
        int next = 0;
        for (int[] group : groups) {
            for (int i = 0; i < group.length; i++, next++) {
                AcceptedPath path = positions.accepted().get(next);
                Surrogate surrogate = Surrogate.of(
                        path.logProb() - positions.referenceLog()[next], advantages[next], path.length(), options);
                metrics.position(positions.rewards()[next], differences[next], surrogate);
                float weight = scale * (float) (surrogate.weight() / group.length);
                if (!walks) {
                    // A tree deeper than the trainer's passes: the further tokens have no row to ride on.
                    Arrays.fill(onText[group[i]], 0, Math.min(path.length(), passes), weight);
                } else if (weight != 0) {
                    walked.add(new PolicyWeights.Walked(group[i], path.tokens(), weight));
                }
            }
        }
    }

    /** Of the groups' positions, one group after the other. */
    private double[] advantages(double[] differences, int[][] groups) {
        double[] advantages = standardised(differences, groups);
        return options.positiveOnly()
                ? Arrays.stream(advantages)
                        .map(advantage -> Math.max(0, advantage))
                        .toArray()
                : advantages;
    }

    private double[] standardised(double[] differences, int[][] groups) {
        if (options.standardise() != Standardise.GROUP) {
            return Advantages.of(differences, options.advantageDelta());
        }
        double[] advantages = new double[differences.length];
        int next = 0;
        for (int[] group : groups) {
            double[] own = Arrays.copyOfRange(differences, next, next + group.length);
            System.arraycopy(Advantages.of(own, options.advantageDelta()), 0, advantages, next, group.length);
            next += group.length;
        }
        return advantages;
    }

    @Override
    public void stepped(long steps) {
        if (options.refresh() > 0 && steps % options.refresh() == 0) {
            rewards.reference().refresh();
        }
    }

    @Override
    public Map<String, Double> takeMetrics() {
        return metrics.take();
    }

    @Override
    public void save(Path file) {
        rewards.reference().save(file);
    }

    @Override
    public void load(Path file) {
        rewards.reference().load(file);
    }

    @Override
    public void close() {
        rewards.close();
    }
}
