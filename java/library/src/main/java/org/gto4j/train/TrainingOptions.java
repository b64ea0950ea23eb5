package org.gto4j.train;

import java.util.Objects;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.model.AdamW;
import org.gto4j.model.ContextVocabulary;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TokenLoss;
import org.gto4j.model.TrainingBatch;

/**
 * Settings of a training run, Phase I or II. "GTO" below is arXiv 2509.22134, "EAGLE-3" is arXiv 2503.01840.
 *
 * @param budget how long to train
 * @param seed of the order of sequences and of the groups' places
 * @param rows most tokens of a micro-batch; a longer sequence is one of its own. 1024: fills two cores' caches and
 *     matrix products
 * @param accumulation micro-batches a step, 1 to 4096. 1; GTO: 2 (of 2048 tokens)
 * @param learningRate schedule. Phase I from new: peak 1e-3, Phase II 2e-4, both with {@link LearningRate#cosine}: what
 *     small nets and budgets of minutes want (measured; GTO: 5e-6 over 60,000 steps)
 * @param clip largest gradient norm, 0 = off. 0.5 (GTO)
 * @param optimizer AdamW. Betas 0.9 and 0.95, no weight decay (GTO, EAGLE-3)
 * @param passes TTT passes, 1..16. 7 (EAGLE-3)
 * @param earlyPasses TTT passes of the first part of a run, 1..passes. 2: few passes first are cheaper for each bit of
 *     accuracy (measured)
 * @param earlyFraction share of the budget that is this first part, in [0, 1]. 0.35 in Phase I (measured), 0 in Phase
 *     II
 * @param stepDecay the loss of pass j weighs stepDecay^j, in (0, 1]. 0.8 (EAGLE-3)
 * @param missDecay a row's loss weighs this factor, in (0, 1], for each of its earlier passes in which the text left
 *     the draft's greedy path: another token than the text's was likelier, or the draft can't propose the text's. 1,
 *     that is off (after arXiv 2608.30135). The first pass always weighs 1. Validation doesn't use it: its figures
 *     compare between runs with and without
 * @param keepTopK a row leaves once its text token isn't among the draft's k best, 0 = never. 10, as a tree of top-k 10
 *     offers no more (measured: the same gain a token from under half the rows); in Phase II above the tree's top-k
 * @param meanOverAll average the token loss over masked rows of the response, too, instead of unmasked ones only (the
 *     default)
 * @param loss the token loss. Soft cross-entropy (EAGLE-3) without hard labels. Validation always measures this default
 * @param contextVocabulary the tokens of the text that the draft may propose, too, see
 *     {@link org.gto4j.model.DraftModel#setContextVocabulary}: it is set when the run begins. Empty: as the draft has
 *     it
 * @param fitScale fit the scale of the draft's inputs on the corpus before the first step: for a new draft
 * @param checkpointSteps steps between checkpoints, 0 = by time only
 * @param checkpointMinutes minutes between checkpoints, 0 = by steps only
 * @param export weights' type in the draft's GGUF. F32, so that Phase II starts exactly where Phase I ended
 */
public record TrainingOptions(
        Budget budget,
        long seed,
        int rows,
        int accumulation,
        LearningRate learningRate,
        float clip,
        AdamW optimizer,
        int passes,
        int earlyPasses,
        double earlyFraction,
        float stepDecay,
        float missDecay,
        int keepTopK,
        boolean meanOverAll,
        TokenLoss loss,
        Optional<ContextVocabulary> contextVocabulary,
        boolean fitScale,
        int checkpointSteps,
        double checkpointMinutes,
        DraftFileType export) {
    /** Fewest tokens of a micro-batch. */
    public static final int LEAST_ROWS = 8;

    /** Most micro-batches of a step: a run can be stopped between steps only. */
    public static final int MOST_ACCUMULATION = 4096;

    /** Checks the ranges. */
    public TrainingOptions {
        require(rows >= LEAST_ROWS, "rows", ">= " + LEAST_ROWS, rows);
        require(
                accumulation >= 1 && accumulation <= MOST_ACCUMULATION,
                "accumulation",
                "1.." + MOST_ACCUMULATION,
                accumulation);
        require(clip >= 0 && Float.isFinite(clip), "clip", ">= 0", clip);
        require(passes >= 1 && passes <= TrainingBatch.MAX_PASSES, "passes", "1.." + TrainingBatch.MAX_PASSES, passes);
        require(earlyPasses >= 1 && earlyPasses <= passes, "earlyPasses", "1.." + passes, earlyPasses);
        require(earlyFraction >= 0 && earlyFraction <= 1, "earlyFraction", "in [0, 1]", earlyFraction);
        require(stepDecay > 0 && stepDecay <= 1, "stepDecay", "in (0, 1]", stepDecay);
        require(missDecay > 0 && missDecay <= 1, "missDecay", "in (0, 1]", missDecay);
        require(keepTopK >= 0, "keepTopK", ">= 0", keepTopK);
        require(checkpointSteps >= 0, "checkpointSteps", ">= 0", checkpointSteps);
        require(checkpointMinutes >= 0, "checkpointMinutes", ">= 0", checkpointMinutes);
        Objects.requireNonNull(contextVocabulary, "contextVocabulary");
        Objects.requireNonNull(export, "export");
    }

    private static void require(boolean good, String name, String expected, Object found) {
        if (!good) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "training option " + name + ": expected " + expected + ", found " + found);
        }
    }

    /** Sets what is the draft's own of these settings: its context vocabulary. A run does so when it begins. */
    public void applyTo(DraftModel draft) {
        Objects.requireNonNull(draft, "draft");
        contextVocabulary.ifPresent(draft::setContextVocabulary);
    }

    /** TTT passes at a share of the budget used. */
    int passesAt(double fraction) {
        return fraction < earlyFraction ? earlyPasses : passes;
    }

    /** A builder with the defaults for training a new draft on token loss. */
    public static Builder phaseOne(Budget budget) {
        return new Builder(budget);
    }

    /** A builder with the defaults for Group Tree Optimization of a trained draft with trees of top-k 10. */
    public static Builder phaseTwo(Budget budget) {
        return new Builder(budget)
                .learningRate(LearningRate.cosine(2e-4f))
                .curriculum(7, 7, 0)
                .keepTopK(12)
                .fitScale(false);
    }

    /** Builds {@link TrainingOptions}. */
    public static final class Builder {
        private final Budget budget;
        private long seed = 1;
        private int rows = 1024;
        private int accumulation = 1;
        private LearningRate learningRate = LearningRate.cosine(1e-3f);
        private float clip = 0.5f;
        private AdamW optimizer = AdamW.builder().build();
        private int passes = 7;
        private int earlyPasses = 2;
        private double earlyFraction = 0.35;
        private float stepDecay = 0.8f;
        private float missDecay = 1;
        private int keepTopK = 10;
        private boolean meanOverAll;
        private TokenLoss loss = TokenLoss.crossEntropy();
        private Optional<ContextVocabulary> contextVocabulary = Optional.empty();
        private boolean fitScale = true;
        private int checkpointSteps;
        private double checkpointMinutes = 1;
        private DraftFileType export = DraftFileType.F32;

        private Builder(Budget budget) {
            this.budget = budget;
        }

        /** Seed of the order of sequences and of the groups' places. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Most tokens of a micro-batch. */
        public Builder rows(int tokens) {
            rows = tokens;
            return this;
        }

        /** Micro-batches a step. */
        public Builder accumulation(int microBatches) {
            accumulation = microBatches;
            return this;
        }

        /** Schedule of the learning rate. */
        public Builder learningRate(LearningRate schedule) {
            learningRate = schedule;
            return this;
        }

        /** Largest gradient norm, 0 = off. */
        public Builder clip(float norm) {
            clip = norm;
            return this;
        }

        /** AdamW's settings. */
        public Builder optimizer(AdamW settings) {
            optimizer = settings;
            return this;
        }

        /**
         * TTT passes.
         *
         * @param early in the first part of the budget
         * @param later after it
         * @param fraction share of the budget that is the first part
         */
        public Builder curriculum(int early, int later, double fraction) {
            earlyPasses = early;
            passes = later;
            earlyFraction = fraction;
            return this;
        }

        /** The loss of pass j weighs decay^j. */
        public Builder stepDecay(float decay) {
            stepDecay = decay;
            return this;
        }

        /** A row's loss weighs this factor for each earlier pass that missed, in (0, 1]; 1 = off. */
        public Builder missDecay(float decay) {
            missDecay = decay;
            return this;
        }

        /** Rows leave once their token isn't among the k best; 0 = never. */
        public Builder keepTopK(int k) {
            keepTopK = k;
            return this;
        }

        /** Average the token loss over masked rows, too. */
        public Builder meanOverAll(boolean all) {
            meanOverAll = all;
            return this;
        }

        /** The token loss. */
        public Builder loss(TokenLoss tokenLoss) {
            loss = tokenLoss;
            return this;
        }

        /** Tokens of the text that the draft may propose, too; not set = as the draft has it. */
        public Builder contextVocabulary(ContextVocabulary vocabulary) {
            contextVocabulary = Optional.of(Objects.requireNonNull(vocabulary, "vocabulary"));
            return this;
        }

        /** Fit the scale of the draft's inputs before the first step. */
        public Builder fitScale(boolean fit) {
            fitScale = fit;
            return this;
        }

        /**
         * When to save the run's state; 0 turns one of them off.
         *
         * @param steps between checkpoints
         * @param minutes between checkpoints
         */
        public Builder checkpoints(int steps, double minutes) {
            checkpointSteps = steps;
            checkpointMinutes = minutes;
            return this;
        }

        /** Weights' type in the draft's GGUF, F32 or F16. */
        public Builder export(DraftFileType type) {
            export = type;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public TrainingOptions build() {
            return new TrainingOptions(
                    budget,
                    seed,
                    rows,
                    accumulation,
                    learningRate,
                    clip,
                    optimizer,
                    passes,
                    earlyPasses,
                    earlyFraction,
                    stepDecay,
                    missDecay,
                    keepTopK,
                    meanOverAll,
                    loss,
                    contextVocabulary,
                    fitScale,
                    checkpointSteps,
                    checkpointMinutes,
                    export);
        }
    }
}
