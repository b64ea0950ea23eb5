package org.gto4j.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusDigest;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.error.GtoException;
import org.gto4j.io.FolderLock;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop that both phases share: micro-batches, steps, schedule, metrics, checkpoints, resume. */
final class TrainingLoop {
    private static final int SCALE_ROWS = 8192;
    private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

    private final DraftModel draft;
    private final Corpus corpus;
    private final TrainingOptions options;
    private final @Nullable PolicyTerm policy;
    private final TrainingListener listener;
    private final RunOptions run;
    private final RunClock clock;
    private final RunFolder folder;
    private final List<CorpusSequence> sequences;
    private final List<CorpusSequence> heldBack;
    private Checkpoint at = Checkpoint.START;
    private long resumedNanos;
    private double resumedSeconds;
    private long savedStep;
    private double savedSeconds;
    private long lossNanos;

    private TrainingLoop(
            DraftModel draft,
            Corpus corpus,
            CorpusSplit split,
            RunFolder folder,
            TrainingOptions options,
            RunOptions run,
            @Nullable PolicyTerm policy,
            TrainingListener listener) {
        this.draft = draft;
        this.corpus = corpus;
        this.sequences = split.training();
        this.heldBack = split.heldBack();
        this.run = run;
        this.folder = folder;
        this.options = options;
        this.clock = RunClock.of(options.budget().unit());
        this.policy = policy;
        this.listener = listener;
    }

    /**
     * Starts or resumes a run.
     *
     * @param run how it is watched and kept
     * @param settings what the run is, beside the options: another value means another run
     * @param policy Phase II's term, or null
     */
    static TrainingResult run(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path folder,
            TrainingOptions options,
            RunOptions run,
            ObjectNode settings,
            @Nullable PolicyTerm policy,
            TrainingListener listener) {
        List<CorpusSequence> sequences = usable(corpus, folder);
        TrainableTokens.require(corpus, sequences, run.validation());
        try (FolderLock lock = FolderLock.take(
                folder, "training, phase " + settings.path("phase").asInt(), RunFolder.LEFTOVERS)) {
            options.applyTo(draft);
            describe(settings, draft, corpus, sequences, options, run);
            int[] lengths = sequences.stream().mapToInt(CorpusSequence::length).toArray();
            AvailableMemory.on(target.device())
                    .ifPresent(there -> TrainingPlan.requireMemory(
                            target,
                            draft.info().draftVocabulary(),
                            draft.contextVocabulary().isPresent(),
                            options,
                            lengths,
                            there));
            RunFolder files = RunFolder.open(folder, settings, RunEnvironment.of(target), run.checkpoints());
            return new TrainingLoop(
                            draft,
                            corpus,
                            CorpusSplit.of(sequences, run.validation()),
                            files,
                            options,
                            run,
                            policy,
                            listener)
                    .run(target);
        }
    }

    private static void describe(
            ObjectNode settings,
            DraftModel draft,
            Corpus corpus,
            List<CorpusSequence> sequences,
            TrainingOptions options,
            RunOptions run) {
        settings.put("draft", RunConfig.fingerprint(draft))
                .put(RunFolder.SEQUENCES, sequences.size())
                .put(RunFolder.CORPUS, CorpusDigest.of(sequences))
                .put(RunFolder.TARGET, corpus.targetDigest())
                .put(RunFolder.TARGET_FILE, corpus.targetFileDigest())
                .put(RunFolder.VALIDATION, Double.toString(run.validation()));
        if (!run.setBy().isEmpty()) {
            ObjectNode setBy = settings.putObject(RunFolder.SET_BY);
            run.setBy().forEach(setBy::put);
            ObjectNode changed = settings.putObject(RunFolder.CHANGED);
            run.changed().forEach(changed::put);
        }
        // When and how the run is saved may change from part to part.
        settings.set(
                "options", RunConfig.of(options).without(List.of("checkpointSteps", "checkpointMinutes", "export")));
    }

    /** A corpus may have grown since a run was started: the run goes on with what it started with. */
    private static List<CorpusSequence> usable(Corpus corpus, Path folder) {
        List<CorpusSequence> all = corpus.sequences();
        int count = RunFolder.sequences(folder).orElse(all.size());
        if (count > all.size()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    corpus.folder() + ": expected " + count + " sequences (the run in " + folder
                            + " was started with them), found " + all.size());
        }
        return List.copyOf(all.subList(0, count));
    }

    private TrainingResult run(TargetModel target) {
        List<Checkpoint> checkpoints = folder.complete();
        if (!checkpoints.isEmpty()) {
            try (DraftTrainer trainer = DraftTrainer.open(target, draft, options.optimizer())) {
                if (load(trainer, checkpoints)) {
                    return train(target, trainer);
                }
            }
        }
        if (options.fitScale()) {
            fitScale(target);
        }
        try (DraftTrainer trainer = DraftTrainer.open(target, draft, options.optimizer())) {
            return train(target, trainer);
        }
    }

    /** Goes on from the newest checkpoint that can be read; false if none can. A damaged one changes nothing. */
    private boolean load(DraftTrainer trainer, List<Checkpoint> checkpoints) {
        for (Checkpoint checkpoint : checkpoints) {
            try {
                if (policy != null) {
                    policy.load(folder.extra(checkpoint.step()));
                }
                trainer.loadState(folder.state(checkpoint.step()));
                at = checkpoint;
                return true;
            } catch (GtoException e) {
                if (e.kind() != GtoException.Kind.FORMAT && e.kind() != GtoException.Kind.IO) {
                    throw e;
                }
                LOG.warn(
                        "{}: the checkpoint of step {} is damaged and doesn't count: {}",
                        folder.path(),
                        checkpoint.step(),
                        e.getMessage());
            }
        }
        if (policy != null) {
            // What the policy term has read of a checkpoint can't be taken back.
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    folder.path() + ": expected a checkpoint that can be read, found none; name another folder");
        }
        LOG.warn("{}: no checkpoint can be read, the run starts anew", folder.path());
        return false;
    }

    private void fitScale(TargetModel target) {
        try (Features sample = corpus.newFeatures();
                FeatureSource source = FeatureSource.open(target, corpus, sequences)) {
            source.readSample(sequences, SCALE_ROWS, sample);
            draft.fitScale(sample);
        }
    }

    private TrainingResult train(TargetModel target, DraftTrainer trainer) {
        savedStep = at.step();
        savedSeconds = at.seconds();
        resumedSeconds = at.seconds();
        resumedNanos = clock.nanos();
        int[] lengths = sequences.stream().mapToInt(CorpusSequence::length).toArray();
        BatchStream stream = new BatchStream(lengths, options.rows(), options.seed(), at);
        boolean epochs = options.budget().unit() == Budget.Unit.EPOCHS;
        BudgetProgress pace = new BudgetProgress(
                options.budget(),
                options.accumulation(),
                epochs ? stream.count((int) Math.ceil(options.budget().amount())) : 0);
        boolean stop = false;
        boolean exhausted;
        try (Metrics metrics = new Metrics(folder.metrics(), at.step());
                SequenceLoader loader = new SequenceLoader(target, corpus, sequences)) {
            ValidationSchedule watch =
                    new ValidationSchedule(draft, corpus, heldBack, folder, options, run, metrics, listener, clock);
            // Validation is no part of the run's time.
            resumedNanos += watch.start(trainer, at.step());
            while (!stop && !watch.exhausted() && pace.fraction(at.step(), at.seconds()) < 1) {
                double before = pace.fraction(at.step(), at.seconds());
                TrainingStep step = step(trainer, stream, loader, pace);
                metrics.write(step);
                listener.onStep(step);
                resumedNanos += validate(watch, trainer, step, before);
                stop = listener.stopRequested();
                if (due()) {
                    save(trainer);
                }
            }
            exhausted = watch.exhausted();
        }
        boolean complete = exhausted || pace.fraction(at.step(), at.seconds()) >= 1;
        if (savedStep < at.step()) {
            save(trainer);
        }
        if (complete) {
            export();
        }
        return new TrainingResult(complete, at.step(), at.tokens(), at.seconds(), folder.draft());
    }

    private void export() {
        try {
            draft.save(folder.draft(), options.export());
        } catch (GtoException e) {
            throw named(e, "after step " + at.step() + ", writing the draft");
        }
    }

    private long validate(ValidationSchedule watch, DraftTrainer trainer, TrainingStep step, double before) {
        try {
            return watch.after(trainer, step.step(), before, step.fraction());
        } catch (GtoException e) {
            throw named(e, "after step " + at.step() + ", validating");
        }
    }

    private TrainingStep step(DraftTrainer trainer, BatchStream stream, SequenceLoader loader, BudgetProgress pace) {
        double used = pace.fraction(at.step(), at.seconds());
        int passes = options.passesAt(used);
        float rate = options.learningRate().at(used);
        PassSums sums = new PassSums(passes);
        long rows = 0;
        for (int i = 0; i < options.accumulation(); i++) {
            int epoch = stream.epoch();
            int number = stream.batch();
            List<LoadedSequence> loaded = loader.load(stream.next());
            rows += loaded.stream().mapToLong(one -> one.sequence().length()).sum();
            try {
                accumulate(trainer, loaded, epoch, passes, sums);
            } catch (GtoException e) {
                throw named(
                        e,
                        "at step " + (at.step() + 1) + ", micro-batch " + number + " of epoch " + epoch + " ("
                                + ids(loaded) + ")");
            }
        }
        double norm;
        try {
            long start = System.nanoTime();
            norm = trainer.step(rate, options.clip());
            lossNanos += System.nanoTime() - start;
        } catch (GtoException e) {
            throw named(
                    e,
                    "at step " + (at.step() + 1) + ", after micro-batch " + (stream.batch() - 1) + " of epoch "
                            + stream.epoch());
        }
        if (policy != null) {
            policy.stepped(at.step() + 1);
        }
        double before = at.seconds();
        at = new Checkpoint(at.step() + 1, stream.epoch(), stream.batch(), at.tokens() + sums.tokens(), seconds());
        double fill = (double) rows / ((long) options.accumulation() * options.rows());
        return new TrainingStep(
                at.step(),
                pace.totalSteps(),
                pace.fraction(at.step(), at.seconds()),
                at.tokens(),
                fill,
                sums.loss(),
                sums.acceptance(),
                sums.accuracy(),
                sums.kept(),
                norm,
                rate,
                sums.tokens() / Math.max(1e-9, at.seconds() - before),
                at.seconds(),
                takePolicyMetrics());
    }

    private Map<String, Double> takePolicyMetrics() {
        if (policy == null) {
            return Map.of();
        }
        Map<String, Double> figures = policy.takeMetrics();
        figures.put("seconds_loss", lossNanos * 1e-9);
        lossNanos = 0;
        return figures;
    }

    private void accumulate(DraftTrainer trainer, List<LoadedSequence> loaded, int epoch, int passes, PassSums sums) {
        // The trainer adds gradients up; a step is to follow their mean over its micro-batches.
        float share = 1f / options.accumulation();
        List<PolicyWeights> weights = policy == null ? null : policy.weights(loaded, epoch, passes, share);
        long start = System.nanoTime();
        sums.add(MicroBatch.accumulate(trainer, loaded, weights, passes, options, share));
        lossNanos += System.nanoTime() - start;
    }

    private static String ids(List<LoadedSequence> loaded) {
        List<String> ids = loaded.stream().map(one -> one.sequence().id()).toList();
        return "sequences " + String.join(", ", ids);
    }

    /** The weights in memory are those before this step, but only what the folder holds is sure. */
    private GtoException named(GtoException e, String where) {
        String reason = e.kind() == GtoException.Kind.NUMERIC
                ? " (the run diverges: lower the learning rate, whose peak is "
                        + options.learningRate().peak() + ")"
                : "";
        String saved =
                savedStep > 0 ? "the folder holds the state after step " + savedStep : "no checkpoint was made yet";
        return new GtoException(
                e.kind(), "training stopped " + where + ": " + e.getMessage() + reason + "; " + saved, e);
    }

    private double seconds() {
        return resumedSeconds + (clock.nanos() - resumedNanos) * 1e-9;
    }

    private boolean due() {
        boolean bySteps = options.checkpointSteps() > 0 && at.step() % options.checkpointSteps() == 0;
        boolean byTime =
                options.checkpointMinutes() > 0 && at.seconds() - savedSeconds >= 60 * options.checkpointMinutes();
        return bySteps || byTime;
    }

    private void save(DraftTrainer trainer) {
        folder.save(at, trainer::saveState, policy == null ? null : policy::save);
        savedStep = at.step();
        savedSeconds = at.seconds();
    }
}
