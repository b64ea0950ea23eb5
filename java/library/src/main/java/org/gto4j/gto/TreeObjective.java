package org.gto4j.gto;

import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.RunOptions;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.tree.DynamicTree;

/** What Phase II adds to the token loss, so that a draft is trained for trees. */
public sealed interface TreeObjective permits GroupOptions, TreeGradientOptions {
    /** The decoding policy that is trained for. */
    DynamicTree tree();

    /**
     * Checks what an objective needs of the training beside it; a {@link org.gto4j.error.GtoException} of kind ARGUMENT
     * names the option.
     */
    void require(TrainingOptions options);

    /**
     * Trains, or goes on training.
     *
     * @param draft the trained draft, changed in place; give the same draft to resume
     * @param folder made if missing; another one than Phase I's
     * @param run how it is watched and kept
     * @param listener called after each step
     * @throws org.gto4j.error.GtoException as {@link org.gto4j.train.Trainer#run}
     */
    TrainingResult train(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path folder,
            TrainingOptions options,
            RunOptions run,
            TrainingListener listener);
}
