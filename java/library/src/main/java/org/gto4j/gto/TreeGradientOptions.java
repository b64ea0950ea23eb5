package org.gto4j.gto;

import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingBatch;
import org.gto4j.train.RunOptions;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.tree.DynamicTree;

/**
 * Settings of {@link TreeGradient}.
 *
 * @param tree the decoding policy that is trained for, at most {@link TrainingBatch#MAX_PASSES} deep. Depth 7, top-k
 *     10, 60 nodes
 * @param candidates nodes that may get into the tree, as a multiple of its nodes, above 1; what the draft offers beyond
 *     them is left out. 2.5
 * @param bandwidth h, in nats of path score, above 0: how far from the border of the tree candidates are moved. 0.25
 * @param reward EXACT: the expected accepted length, or GREEDY: the length accepted at temperature 0. EXACT
 * @param temperature of the target's distribution in the reward, above 0. 1; GREEDY doesn't ask
 * @param groupSize adjacent positions that are taken together, as the target evaluates them in one text's context. 8
 * @param share share of all responses' positions that are taken, in (0, 1]. 1/80
 * @param density most of a text's positions that are taken, in (0, 1]; below share it counts as share. 1
 * @param omega factor of the tree's gradient beside that of the token loss; below 0 it turns it round. 0.5
 * @param threshold the target isn't asked where less of a tree's reward is at stake, in [0, 1). 3e-4
 */
public record TreeGradientOptions(
        DynamicTree tree,
        double candidates,
        double bandwidth,
        Reward reward,
        float temperature,
        int groupSize,
        double share,
        double density,
        double omega,
        double threshold)
        implements TreeObjective {
    /** Checks the ranges. */
    public TreeGradientOptions {
        new RewardOptions(reward, 1, temperature, threshold);
        require(tree.depth() <= TrainingBatch.MAX_PASSES, "depth", "<= " + TrainingBatch.MAX_PASSES, tree.depth());
        require(candidates > 1 && candidates <= 1000, "candidates", "in (1, 1000]", candidates);
        require(bandwidth > 0 && Double.isFinite(bandwidth), "bandwidth", "> 0", bandwidth);
        require(reward == Reward.EXACT || reward == Reward.GREEDY, "reward", "EXACT or GREEDY", reward);
        require(temperature > 0, "temperature", "> 0", temperature);
        require(groupSize >= GroupOptions.LEAST_GROUP, "groupSize", ">= " + GroupOptions.LEAST_GROUP, groupSize);
        require(share > 0 && share <= 1, "share", "in (0, 1]", share);
        require(density > 0 && density <= 1, "density", "in (0, 1]", density);
        require(Double.isFinite(omega), "omega", "a number", omega);
    }

    private static void require(boolean good, String name, String expected, Object found) {
        if (!good) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "tree gradient option " + name + ": expected " + expected + ", found " + found);
        }
    }

    /** The tree with its candidates. */
    public DynamicTree candidateTree() {
        return new DynamicTree(tree.depth(), tree.topK(), (int) Math.ceil(candidates * tree.nodes()));
    }

    /** How the target is asked. */
    RewardOptions rewards() {
        return new RewardOptions(reward, 1, reward.temperature(temperature), threshold);
    }

    @Override
    public void require(TrainingOptions options) {
        // Rows of trees don't ride on the token loss's: none that leaves is missed.
    }

    @Override
    public TrainingResult train(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path folder,
            TrainingOptions options,
            RunOptions run,
            TrainingListener listener) {
        return TreeGradient.run(target, draft, corpus, folder, options, this, run, listener);
    }

    /** A builder with the defaults above. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TreeGradientOptions}. */
    public static final class Builder {
        private DynamicTree tree = DynamicTree.eagle2();
        private double candidates = 2.5;
        private double bandwidth = 0.25;
        private Reward reward = Reward.EXACT;
        private float temperature = 1;
        private int groupSize = 8;
        private double share = 1.0 / 80;
        private double density = 1;
        private double omega = 0.5;
        private double threshold = 3e-4;

        private Builder() {}

        /** The decoding policy that is trained for. */
        public Builder tree(DynamicTree policy) {
            tree = policy;
            return this;
        }

        /** Nodes that may get into the tree, as a multiple of its nodes. */
        public Builder candidates(double ofNodes) {
            candidates = ofNodes;
            return this;
        }

        /** How far from the border of the tree candidates are moved, in nats of path score. */
        public Builder bandwidth(double nats) {
            bandwidth = nats;
            return this;
        }

        /** EXACT or GREEDY. */
        public Builder reward(Reward kind) {
            reward = kind;
            return this;
        }

        /** Temperature of the target's distribution in the reward. */
        public Builder temperature(float value) {
            temperature = value;
            return this;
        }

        /** Adjacent positions that are taken together. */
        public Builder groupSize(int positions) {
            groupSize = positions;
            return this;
        }

        /** Share of all responses' positions that are taken. */
        public Builder share(double ofAll) {
            share = ofAll;
            return this;
        }

        /** Most of a text's positions that are taken; less than the share counts as the share. */
        public Builder density(double mostOfText) {
            density = mostOfText;
            return this;
        }

        /** Factor of the tree's gradient. */
        public Builder omega(double factor) {
            omega = factor;
            return this;
        }

        /** The target isn't asked where less of a tree's reward is at stake. */
        public Builder threshold(double stake) {
            threshold = stake;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public TreeGradientOptions build() {
            return new TreeGradientOptions(
                    tree, candidates, bandwidth, reward, temperature, groupSize, share, density, omega, threshold);
        }
    }
}
