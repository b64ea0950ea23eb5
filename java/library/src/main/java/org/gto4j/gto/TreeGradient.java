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
 * Another Phase II: the true gradient of the tree reward, beside Phase I's token loss. At some positions the draft
 * grows its tree with more candidates than it keeps; the target says how probable their paths are; and the expected
 * accepted length of the tree, made smooth in which candidates it keeps (see {@code SoftReward}), is followed through
 * the scores of all candidates to the draft's weights. Nothing is drawn, and no reference is needed.
 *
 * <p>Run folder, resume and exactness are those of {@link Trainer}. {@link TrainingStep#policy} holds, a mean over the
 * step's positions each, if it has any: {@code positions} (their number, in any case), {@code reward} (expected
 * accepted length of the tree), {@code soft_reward} (the same made smooth), {@code border} (candidates whose place in
 * the tree is open: the sum of w (1 - w)), {@code tree_nodes} (nodes that the gradient is followed at),
 * {@code nodes_naive}, {@code nodes_distinct}, {@code nodes_scored}, {@code error_bound}, {@code seconds_draft},
 * {@code seconds_target} and {@code seconds_loss} as {@link GroupTreeOptimization} has them.
 */
public final class TreeGradient {
    private TreeGradient() {}

    /**
     * Trains, or goes on training.
     *
     * @param draft the trained draft, changed in place; give the same draft to resume
     * @param corpus of the target, its own texts and foreign ones
     * @param folder made if missing; another one than Phase I's
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
            TreeGradientOptions gradient,
            RunOptions run,
            TrainingListener listener) {
        int longest = corpus.sequences().stream()
                .mapToInt(CorpusSequence::length)
                .max()
                .orElse(1);
        options.applyTo(draft);
        try (PolicyTerm term = new TreeGradientTerm(
                target, draft, gradient, longest, options.optimizer().precision(), options.seed())) {
            return Trainer.run(target, draft, corpus, folder, options, run, gradient, term, listener);
        }
    }
}
