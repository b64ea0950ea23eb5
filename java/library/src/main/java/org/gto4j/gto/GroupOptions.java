package org.gto4j.gto;

import java.nio.file.Path;
import java.util.Objects;
import org.gto4j.data.Corpus;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.RunOptions;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.tree.DynamicTree;

/**
 * Settings of Group Tree Optimization (arXiv 2509.22134; values in its experiments are given).
 *
 * @param tree the decoding policy that is trained for. Depth 7, top-k 10, 60 nodes (the paper)
 * @param groupSize m, adjacent positions compared with each other, at least 2. 8 (the paper, its Table 4)
 * @param share share of all responses' positions that groups take, in (0, 1]. 1/80, at which the policy term takes
 *     about a third of a plain step's time where the target is eleven times as large as its draft (measured); the
 *     paper: 1/16, 16 groups of 8 in 2048 tokens
 * @param density most of a text's positions that groups take, in (0, 1]; below share it counts as share. Few texts with
 *     many groups each cost the target less than many texts with one. 1; the same as share: groups in every text
 * @param reward what a tree is worth. LSE (the paper, its Table 3)
 * @param eta sharpness of LSE, above 0. 1 (the paper)
 * @param temperature of the target's distribution in the reward, above 0. 1; GREEDY doesn't ask
 * @param reference subtract the reward of the frozen starting draft's tree. true (without it: the paper's Table 5)
 * @param refresh steps after which the draft becomes its own new reference, 0 = never (the paper)
 * @param walk walk the scored trees to find what is accepted on the target's own texts, too, as is always done on
 *     foreign ones; false: there it is the text's own continuation
 * @param standardise what advantages are standardised over. GROUP (the paper)
 * @param positiveOnly positions whose advantage is negative don't count: nothing makes an accepted sequence less
 *     likely. false (the paper)
 * @param advantageDelta added to a group's standard deviation, above 0. 1e-4; larger tames groups whose rewards hardly
 *     differ
 * @param clip eps of the clipped ratio, in (0, 1). 0.2, as in PPO
 * @param dualClip c, above 1: where an advantage is negative the ratio counts as c at most; 0 = none (the paper).
 *     Ratios are near 1 as long as the draft stays near its reference; a draft that learns much gives tokens a thousand
 *     times their reference's probability
 * @param omega factor of the policy term; below 0 it turns the term round, to see whether it has a direction at all.
 *     0.5 (the paper)
 * @param threshold the target isn't asked where less of any tree's reward is at stake, in [0, 1). 3e-4: rewards are at
 *     most 1e-3 too low (measured)
 */
public record GroupOptions(
        DynamicTree tree,
        int groupSize,
        double share,
        double density,
        Reward reward,
        float eta,
        float temperature,
        boolean reference,
        int refresh,
        boolean walk,
        Standardise standardise,
        boolean positiveOnly,
        double advantageDelta,
        double clip,
        double dualClip,
        double omega,
        double threshold)
        implements TreeObjective {
    /** What rewards are compared with. */
    public enum Standardise {
        /** Those of their group. */
        GROUP,
        /** Those of all groups of their text. */
        SEQUENCE
    }

    /** Fewest positions that can be compared with each other. */
    public static final int LEAST_GROUP = 2;

    /** Checks the ranges; those of eta and threshold are {@link RewardOptions}'. */
    public GroupOptions {
        new RewardOptions(reward, eta, temperature, threshold);
        Objects.requireNonNull(standardise, "standardise");
        require(groupSize >= LEAST_GROUP, "groupSize", ">= " + LEAST_GROUP, groupSize);
        require(share > 0 && share <= 1, "share", "in (0, 1]", share);
        require(density > 0 && density <= 1, "density", "in (0, 1]", density);
        require(temperature > 0 && Float.isFinite(temperature), "temperature", "> 0", temperature);
        require(refresh >= 0, "refresh", ">= 0", refresh);
        require(advantageDelta > 0, "advantageDelta", "> 0", advantageDelta);
        require(clip > 0 && clip < 1, "clip", "in (0, 1)", clip);
        require(dualClip == 0 || dualClip > 1 && Double.isFinite(dualClip), "dualClip", "> 1, or 0", dualClip);
        require(Double.isFinite(omega), "omega", "a number", omega);
    }

    private static void require(boolean good, String name, String expected, Object found) {
        if (!good) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, "group option " + name + ": expected " + expected + ", found " + found);
        }
    }

    /** What trees are worth, and how exactly that is asked. */
    public RewardOptions rewards() {
        return new RewardOptions(reward, eta, reward.temperature(temperature), threshold);
    }

    @Override
    public void require(TrainingOptions options) {
        if (options.keepTopK() != 0 && options.keepTopK() <= tree.topK()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "training option keepTopK: expected 0 or more than the tree's top-k " + tree.topK()
                            + ", so that rows with policy weight stay, found " + options.keepTopK());
        }
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
        return GroupTreeOptimization.run(target, draft, corpus, folder, options, this, run, listener);
    }

    /** The same with groups at all positions of each text, and the policy term as it is. */
    public GroupOptions wholeTexts() {
        return new GroupOptions(
                tree,
                groupSize,
                1,
                1,
                reward,
                eta,
                temperature,
                reference,
                refresh,
                walk,
                standardise,
                positiveOnly,
                advantageDelta,
                clip,
                dualClip,
                1,
                threshold);
    }

    /** A builder with the defaults above. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link GroupOptions}. */
    public static final class Builder {
        private DynamicTree tree = DynamicTree.eagle2();
        private int groupSize = 8;
        private double share = 1.0 / 80;
        private double density = 1;
        private Reward reward = Reward.LSE;
        private float eta = 1;
        private float temperature = 1;
        private boolean reference = true;
        private int refresh;
        private boolean walk;
        private Standardise standardise = Standardise.GROUP;
        private boolean positiveOnly;
        private double advantageDelta = 1e-4;
        private double clip = 0.2;
        private double dualClip;
        private double omega = 0.5;
        private double threshold = 3e-4;

        private Builder() {}

        /** The decoding policy that is trained for. */
        public Builder tree(DynamicTree policy) {
            tree = policy;
            return this;
        }

        /**
         * Where groups are.
         *
         * @param size adjacent positions a group
         * @param shareOfAll share of all responses' positions that groups take
         */
        public Builder groups(int size, double shareOfAll) {
            return groupSize(size).share(shareOfAll);
        }

        /** Adjacent positions a group. */
        public Builder groupSize(int positions) {
            groupSize = positions;
            return this;
        }

        /** Share of all responses' positions that groups take. */
        public Builder share(double ofAll) {
            share = ofAll;
            return this;
        }

        /** Most of a text's positions that groups take; less than the share counts as the share. */
        public Builder density(double mostOfText) {
            density = mostOfText;
            return this;
        }

        /**
         * What a tree is worth.
         *
         * @param kind the formula
         * @param sharpness eta, for LSE
         */
        public Builder reward(Reward kind, float sharpness) {
            reward = kind;
            eta = sharpness;
            return this;
        }

        /** Temperature of the target's distribution in the reward. */
        public Builder temperature(float value) {
            temperature = value;
            return this;
        }

        /** Whether the reward of the frozen starting draft's tree is subtracted. */
        public Builder reference(boolean subtract) {
            reference = subtract;
            return this;
        }

        /** Steps after which the draft becomes its own new reference, 0 = never. */
        public Builder refresh(int steps) {
            refresh = steps;
            return this;
        }

        /** Whether accepted paths are walked on the target's own texts, too. */
        public Builder walk(boolean always) {
            walk = always;
            return this;
        }

        /** What advantages are standardised over. */
        public Builder standardise(Standardise over) {
            standardise = over;
            return this;
        }

        /** Whether positions whose advantage is negative don't count. */
        public Builder positiveOnly(boolean only) {
            positiveOnly = only;
            return this;
        }

        /** Added to a group's standard deviation. */
        public Builder advantageDelta(double delta) {
            advantageDelta = delta;
            return this;
        }

        /** eps of the clipped ratio. */
        public Builder clip(double eps) {
            clip = eps;
            return this;
        }

        /** Most that a ratio counts where the advantage is negative; 0 = no such bound. */
        public Builder dualClip(double most) {
            dualClip = most;
            return this;
        }

        /** Factor of the policy term. */
        public Builder omega(double factor) {
            omega = factor;
            return this;
        }

        /** The target isn't asked where less of any tree's reward is at stake. */
        public Builder threshold(double stake) {
            threshold = stake;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public GroupOptions build() {
            return new GroupOptions(
                    tree,
                    groupSize,
                    share,
                    density,
                    reward,
                    eta,
                    temperature,
                    reference,
                    refresh,
                    walk,
                    standardise,
                    positiveOnly,
                    advantageDelta,
                    clip,
                    dualClip,
                    omega,
                    threshold);
        }
    }
}
