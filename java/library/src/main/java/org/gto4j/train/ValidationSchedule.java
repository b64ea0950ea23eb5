package org.gto4j.train;

import java.util.List;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates a run's draft now and then, writes that down, keeps the best draft, and knows when to stop. */
final class ValidationSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(ValidationSchedule.class);

    private final DraftModel draft;
    private final RunOptions options;
    private final Metrics metrics;
    private final TrainingListener listener;
    private final RunClock clock;
    private final BestDraft best;
    private final @Nullable Validator validator;

    /** @param heldBack with no single answer of the target among them: nothing is validated */
    ValidationSchedule(
            DraftModel draft,
            Corpus corpus,
            List<CorpusSequence> heldBack,
            RunFolder folder,
            TrainingOptions training,
            RunOptions options,
            Metrics metrics,
            TrainingListener listener,
            RunClock clock) {
        this.draft = draft;
        this.options = options;
        this.metrics = metrics;
        this.listener = listener;
        this.clock = clock;
        best = new BestDraft(folder, training.export(), options.patience(), metrics.validations());
        validator = validator(draft, corpus, heldBack, training, options);
    }

    private static @Nullable Validator validator(
            DraftModel draft,
            Corpus corpus,
            List<CorpusSequence> heldBack,
            TrainingOptions training,
            RunOptions options) {
        if (heldBack.stream().anyMatch(CorpusSequence::isOneAnswer)) {
            return new Validator(draft, corpus, heldBack, training, options);
        }
        if (!heldBack.isEmpty()) {
            LOG.warn(
                    "{}: no text held back is a single answer of the target, which decoding could be replayed on; nothing is validated",
                    corpus.folder());
        }
        return null;
    }

    /** Looks at the draft that a run starts with, unless that was done. Returns the time it took by the clock, ns. */
    long start(DraftTrainer trainer, long step) {
        return step == 0 && metrics.validations().isEmpty() ? look(trainer, 0, 0) : 0;
    }

    /**
     * After a step.
     *
     * @param before share of the budget that was used before the step
     * @param fraction share used now
     * @return the time it took by the clock, ns; 0 if no validation was due
     */
    long after(DraftTrainer trainer, long step, double before, double fraction) {
        return options.due(before, fraction) ? look(trainer, step, fraction) : 0;
    }

    private long look(DraftTrainer trainer, long step, double fraction) {
        if (validator == null) {
            return 0;
        }
        long start = clock.nanos();
        Validation validation = best.offer(draft, validator.validate(trainer, step, fraction));
        metrics.write(validation);
        listener.onValidation(validation);
        return clock.nanos() - start;
    }

    /** Whether the run's patience is at its end. */
    boolean exhausted() {
        return best.exhausted();
    }
}
