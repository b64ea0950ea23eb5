package org.gto4j.lab.quickstart;

import org.gto4j.data.Corpus;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.lab.terminal.TrainingDisplay;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.train.Budget;
import org.gto4j.train.StartingDraft;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.train.TrainingStep;

/**
 * Phase I, a new draft on the target's answers, or Phase II, that draft aligned with tree decoding; then its export.
 */
final class TrainingStage implements Stage {
    private static final DraftFileType EXPORT_TYPE = DraftFileType.F16;
    private static final int DRAFT_VOCABULARY = 8192;
    private static final long SEED = 1;
    /** Loading, the last step and the last checkpoint come on top of a run's own time. */
    private static final double TRAINING_SHARE = 0.96;

    private final Part part;

    /** @param part PHASE_ONE or PHASE_TWO */
    TrainingStage(Part part) {
        this.part = part;
    }

    @Override
    public Part part() {
        return part;
    }

    @Override
    public void run(RunContext context, double seconds) {
        Budget budget = Budget.minutes(seconds * TRAINING_SHARE / 60);
        try (Corpus corpus = Corpus.openReadOnly(context.corpus(), context.target());
                DraftModel draft = start(context, corpus)) {
            TrainingResult result = train(context, corpus, draft, budget);
            if (!result.complete()) {
                context.console().checkStop();
            }
            draft.save(part == Part.PHASE_ONE ? context.eagle3() : context.gto(), EXPORT_TYPE);
        }
    }

    private DraftModel start(RunContext context, Corpus corpus) {
        return part == Part.PHASE_ONE
                ? StartingDraft.open(
                        context.target(), corpus, context.phaseOne(), DRAFT_VOCABULARY, DraftConfig.Init.TARGET, SEED)
                : DraftModel.load(context.target(), context.phaseOne().resolve("draft.gguf"));
    }

    private TrainingResult train(RunContext context, Corpus corpus, DraftModel draft, Budget budget) {
        try (Progress progress = context.console().progress(part.title())) {
            TrainingListener display =
                    new BookedDisplay(context.state(), new TrainingDisplay(context.console(), progress));
            return part == Part.PHASE_ONE
                    ? Trainer.run(
                            context.target(),
                            draft,
                            corpus,
                            context.phaseOne(),
                            TrainingOptions.phaseOne(budget).build(),
                            display)
                    : GroupTreeOptimization.run(
                            context.target(),
                            draft,
                            corpus,
                            context.phaseTwo(),
                            TrainingOptions.phaseTwo(budget).build(),
                            GroupOptions.builder().build(),
                            display);
        }
    }

    /** Books the run's time, too. */
    private record BookedDisplay(RunState state, TrainingDisplay display) implements TrainingListener {
        @Override
        public void onStep(TrainingStep step) {
            state.tick();
            display.onStep(step);
        }

        @Override
        public boolean stopRequested() {
            return display.stopRequested();
        }
    }
}
