package org.gto4j.gto;

import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.PolicyTerm;
import org.gto4j.train.RunOptions;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.train.TrainingStep;

/**
 * Phase II: aligns a trained draft with tree decoding by Group Tree Optimization (arXiv 2509.22134). At groups of
 * adjacent positions the draft and its frozen starting point M0 grow their trees; the target scores them; the
 * difference of their rewards, standardised in the group, weighs the log-probability of the longest accepted sequence
 * in a clipped surrogate, beside Phase I's token loss. On texts that the target wrote that sequence is the text itself,
 * so that its log-probabilities come with the token loss's own passes; on others it is walked in the scored tree.
 *
 * <p>Run folder, resume and exactness are those of {@link Trainer}. {@link TrainingStep#policy} holds, a mean over the
 * step's positions each, if it has any: {@code positions} (their number, in any case), {@code reward} (of the draft's
 * trees), {@code reward_gain} (over M0's), {@code abs_reward_difference} (to M0's, without its sign),
 * {@code accepted_length} (l), {@code clipped} (share without gradient, of positions with l above 0),
 * {@code largest_ratio} (s of eq. 12, not a mean), {@code nodes_naive}, {@code nodes_distinct}, {@code nodes_scored}
 * (tree nodes a position: all, different inner ones off the text, evaluated ones), {@code error_bound} (most that any
 * reward may be too low), {@code error_sampled} (largest real error of one tree of every 16th text, if there was one),
 * {@code seconds_draft}, {@code seconds_target}, {@code seconds_loss} (of the step: growing trees, scoring them,
 * forward and backward passes with the update).
 */
public final class GroupTreeOptimization {
    private GroupTreeOptimization() {}

    /**
     * Trains, or goes on training.
     *
     * @param draft the trained draft, changed in place; its weights at the call are the reference M0, so give the same
     *     draft to resume
     * @param corpus of the target; on foreign texts in it (see {@link CorpusSequence#own}) accepted paths are walked,
     *     as the target wouldn't write the text
     * @param folder made if missing; another one than Phase I's
     * @param options keepTopK must be 0 or above the tree's top-k, or rows that carry policy weight might leave
     * @param run how it is watched and kept
     * @param listener called after each step
     * @throws org.gto4j.error.GtoException as {@link Trainer#run}
     */
    public static TrainingResult run(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path folder,
            TrainingOptions options,
            GroupOptions groups,
            RunOptions run,
            TrainingListener listener) {
        groups.require(options);
        int longest = corpus.sequences().stream()
                .mapToInt(CorpusSequence::length)
                .max()
                .orElse(1);
        options.applyTo(draft); // before the reference is taken from it
        try (PolicyTerm term = term(target, draft, options, groups, longest)) {
            return Trainer.run(target, draft, corpus, folder, options, run, groups, term, listener);
        }
    }

    private static PolicyTerm term(
            TargetModel target, DraftModel draft, TrainingOptions options, GroupOptions groups, int longest) {
        GroupMetrics metrics = new GroupMetrics();
        GroupRewards rewards = new GroupRewards(
                target, draft, draft, groups, longest, options.optimizer().precision(), metrics);
        return new GroupTerm(groups, rewards, metrics, options.seed());
    }

    /**
     * {@link #run(TargetModel, DraftModel, Corpus, Path, TrainingOptions, GroupOptions, RunOptions, TrainingListener)}
     * without validation.
     */
    public static TrainingResult run(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path folder,
            TrainingOptions options,
            GroupOptions groups,
            TrainingListener listener) {
        return run(target, draft, corpus, folder, options, groups, RunOptions.none(), listener);
    }
}
