package org.gto4j.lab.gto;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gto4j.gto.Reward;
import org.gto4j.gto.TreeScorer;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Estimate;

/**
 * What {@link RewardMeasurement} found. Nodes are those of all trees at a position.
 *
 * @param reward the reward
 * @param texts texts that trees were grown on
 * @param positions trees of each draft
 * @param nodes a position: what a naive scorer evaluates
 * @param distinct a position: different inner nodes off the text
 * @param scored a position: evaluated, text not counted
 * @param bound largest of the trees' bounds on what their rewards miss
 * @param meanError mean |reward - reward without giving up paths|
 * @param largestError largest of these
 * @param seconds of scoring a position, its text's reading included
 * @param naivePositions positions that the naive scorer did, too
 * @param naiveSeconds of the naive scorer a position, its text's reading included
 * @param speedup naive seconds over ours, on the same positions
 * @param expected mean over these positions' trees of the expected accepted length by the target's probabilities
 *     (EXACT)
 * @param accepted mean accepted length of one walk through each, drawn from the target
 * @param difference accepted - expected, with an interval over texts: Lemma 1 of arXiv 2509.22134 says 0
 * @param pairs trees of draft and reference at one position whose rewards differ by more than rounding
 * @param agreement share of these where the tree with the higher reward has the higher expected accepted length, too,
 *     as Theorem 1 wants it; NaN without pairs
 * @param lengthGain expected accepted length (EXACT) of the draft's trees less that of the reference's, with an
 *     interval over texts; NaN without a reference
 */
public record RewardFigures(
        Reward reward,
        int texts,
        int positions,
        double nodes,
        double distinct,
        double scored,
        double bound,
        double meanError,
        double largestError,
        double seconds,
        int naivePositions,
        double naiveSeconds,
        double speedup,
        double expected,
        double accepted,
        Estimate difference,
        int pairs,
        double agreement,
        Estimate lengthGain) {
    /** The figures by name. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("reward", reward.name().toLowerCase(Locale.ROOT))
                .put("texts", texts)
                .put("positions", positions)
                .put("nodes_naive", nodes)
                .put("nodes_distinct", distinct)
                .put("nodes_scored", scored)
                .put("error_bound", bound)
                .put("error_mean", meanError)
                .put("error_largest", largestError)
                .put("seconds", seconds)
                .put("naive_positions", naivePositions);
        if (naivePositions > 0) {
            json.put("naive_seconds", naiveSeconds)
                    .put("speedup", speedup)
                    .put("expected_length", expected)
                    .put("accepted_length", accepted)
                    .set("difference", difference.toJson());
        }
        if (pairs > 0) {
            json.put("pairs", pairs).put("agreement", agreement);
        }
        if (Double.isFinite(lengthGain.value())) {
            json.set("length_gain", lengthGain.toJson());
        }
        return json;
    }

    /** Adds up. */
    static final class Builder {
        /** Rewards that differ by less are taken for equal. */
        private static final double EQUAL = 1e-3;

        private final Reward reward;
        private final int drafts;
        private final List<double[]> differences = new ArrayList<>();
        private final List<double[]> gains = new ArrayList<>();
        private int texts;
        private int positions;
        private long nodes;
        private long distinct;
        private long scored;
        private double bound;
        private double errors;
        private double largestError;
        private long nanos;
        private int walked;
        private long naiveNanos;
        private long sameNanos;
        private double expected;
        private double accepted;
        private int pairs;
        private int agreeing;

        Builder(Reward reward, int drafts) {
            this.reward = reward;
            this.drafts = drafts;
        }

        int positions() {
            return positions;
        }

        int walked() {
            return walked;
        }

        void scored(int count, TreeScorer.Scores scores, long spent, float[] rewards, float[] unpruned) {
            texts++;
            positions += count;
            nodes += scores.nodes();
            distinct += scores.distinct();
            scored += scores.scored();
            nanos += spent;
            bound = Math.max(bound, scores.bound());
            for (int i = 0; i < rewards.length; i++) {
                double error = Math.abs((double) rewards[i] - unpruned[i]);
                errors += error;
                largestError = Math.max(largestError, error);
            }
        }

        void alone(int count, long spent, long ours, float[] lengths, int[] walks) {
            walked += count;
            naiveNanos += spent;
            sameNanos += ours;
            double difference = 0;
            for (int i = 0; i < lengths.length; i++) {
                expected += lengths[i];
                accepted += walks[i];
                difference += walks[i] - lengths[i];
            }
            differences.add(new double[] {difference, lengths.length});
        }

        /** Of the draft's trees, then of the reference's at the same positions. */
        void compared(float[] rewards, float[] lengths) {
            int half = rewards.length / 2;
            double longer = 0;
            for (int i = 0; i < half; i++) {
                double gain = (double) rewards[i] - rewards[i + half];
                longer += (double) lengths[i] - lengths[i + half];
                if (Math.abs(gain) > EQUAL) {
                    pairs++;
                    agreeing += gain * ((double) lengths[i] - lengths[i + half]) > 0 ? 1 : 0;
                }
            }
            gains.add(new double[] {longer, half});
        }

        private static Estimate mean(List<double[]> sumsAndCounts) {
            return Estimate.ratio(
                    sumsAndCounts.stream().mapToDouble(one -> one[0]).toArray(),
                    sumsAndCounts.stream().mapToDouble(one -> one[1]).toArray(),
                    Bootstrap.standard());
        }

        RewardFigures build() {
            double trees = Math.max(1, (double) positions * drafts);
            double walks = Math.max(1, (double) walked * drafts);
            double all = Math.max(1, positions);
            return new RewardFigures(
                    reward,
                    texts,
                    positions,
                    nodes / all,
                    distinct / all,
                    scored / all,
                    bound,
                    errors / trees,
                    largestError,
                    nanos * 1e-9 / all,
                    walked,
                    naiveNanos * 1e-9 / Math.max(1, walked),
                    (double) naiveNanos / Math.max(1, sameNanos),
                    expected / walks,
                    accepted / walks,
                    mean(differences),
                    pairs,
                    (double) agreeing / pairs,
                    mean(gains));
        }
    }
}
