package org.gto4j.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/**
 * Phase I: trains a draft on what the target wrote, by EAGLE-3's training-time test (arXiv 2503.01840).
 *
 * <p>A run lives in a folder: {@code config.json}, {@code metrics.jsonl} (a line a step, see {@link TrainingStep}, or a
 * {@link Validation}), the last checkpoints, {@code best.gguf} (the draft that validated best; {@code best.json} says
 * which) and at the end {@code draft.gguf}. A run that was stopped, or killed, goes on from its newest complete
 * checkpoint when it is started again with the same draft and options. With a budget of steps or epochs its final
 * weights then equal those of an unbroken run bit for bit (on a CPU, with the same number of threads); with a budget of
 * minutes the schedule follows the clock, so that no two runs are the same. Validation takes none of a budget's
 * minutes.
 */
public final class Trainer {
    private Trainer() {}

    /**
     * Trains, or goes on training.
     *
     * @param draft changed in place; give the same starting draft to resume (its weights are then replaced by the
     *     checkpoint's)
     * @param corpus of the target; one that has grown since the start is fine, the run goes on with the sequences it
     *     started with
     * @param folder made if missing
     * @param run how it is watched and kept
     * @param listener called after each step
     * @throws GtoException ARGUMENT: the folder holds a run that was started differently (names the field), or the
     *     corpus is empty; NUMERIC: a loss or gradient isn't finite (names the batch; the last checkpoint stays); IO:
     *     can't read or write
     */
    public static TrainingResult run(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path folder,
            TrainingOptions options,
            RunOptions run,
            TrainingListener listener) {
        return TrainingLoop.run(
                target,
                draft,
                corpus,
                folder,
                options,
                run,
                JsonNodeFactory.instance.objectNode().put("phase", 1),
                null,
                listener);
    }

    /**
     * Trains with a policy term beside the token loss, as Phase II does.
     *
     * @param policy the term's options, kept with the run: a run is resumed with the same ones only
     * @param term of this run; the caller closes it
     * @throws GtoException as {@link #run(TargetModel, DraftModel, Corpus, Path, TrainingOptions, RunOptions,
     *     TrainingListener)}
     */
    public static TrainingResult run(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path folder,
            TrainingOptions options,
            RunOptions run,
            Record policy,
            PolicyTerm term,
            TrainingListener listener) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode().put("phase", 2);
        settings.set("groups", RunConfig.of(policy));
        return TrainingLoop.run(target, draft, corpus, folder, options, run, settings, term, listener);
    }

    /**
     * {@link #run(TargetModel, DraftModel, Corpus, Path, TrainingOptions, RunOptions, TrainingListener)} without
     * validation.
     */
    public static TrainingResult run(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path folder,
            TrainingOptions options,
            TrainingListener listener) {
        return run(target, draft, corpus, folder, options, RunOptions.none(), listener);
    }
}
