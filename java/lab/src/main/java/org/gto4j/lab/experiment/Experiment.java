package org.gto4j.lab.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSplit;
import org.gto4j.error.GtoException;
import org.gto4j.gto.TreeObjective;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.RunOptions;
import org.gto4j.train.StartingDraft;
import org.gto4j.train.TrainableTokens;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingResult;

/**
 * Trains arms one after the other on one corpus and measures their drafts on the same held-back texts. An arm is a run
 * folder of its own below the experiment's, {@code arms/NAME}; started again, an experiment goes on where it was, and
 * what is done isn't done again.
 */
public final class Experiment {
    private final TargetModel target;
    private final Corpus corpus;
    private final RunOptions options;
    private final List<HeldBackTexts> heldBack;
    private final Path folder;

    /**
     * Checks that nothing is trained on what it is measured by.
     *
     * @param corpus trained on, but for what {@code options} hold back
     * @param options how all arms are watched and kept
     * @param heldBack sets of texts that drafts are measured on, with names that differ; at least one
     * @param folder of the experiment, made if missing
     * @throws GtoException ARGUMENT: the corpus holds nothing to train, a held-back text is trained on, too, or two
     *     sets have one name (names it)
     */
    public Experiment(
            TargetModel target, Corpus corpus, RunOptions options, List<HeldBackTexts> heldBack, Path folder) {
        TrainableTokens.require(corpus, options.validation());
        Set<String> trained = new HashSet<>();
        CorpusSplit.of(corpus.sequences(), options.validation())
                .training()
                .forEach(sequence -> trained.add(sequence.id()));
        Set<String> names = new HashSet<>();
        for (HeldBackTexts set : heldBack) {
            if (!names.add(set.name())) {
                throw new GtoException(
                        GtoException.Kind.ARGUMENT,
                        "held-back texts: expected folders whose names differ, found '" + set.name() + "' twice");
            }
            set.sequences().stream()
                    .filter(sequence -> trained.contains(sequence.id()))
                    .findFirst()
                    .ifPresent(sequence -> {
                        throw new GtoException(
                                GtoException.Kind.ARGUMENT,
                                set.corpus().folder() + ": expected texts that aren't trained on, found '"
                                        + sequence.id() + "', which is in " + corpus.folder() + ", too");
                    });
        }
        this.target = target;
        this.corpus = corpus;
        this.options = options;
        this.heldBack = List.copyOf(heldBack);
        this.folder = folder;
    }

    /** Folder of an arm's run. */
    public Path folder(Arm arm) {
        return folder(folder, arm.name());
    }

    /** Folder of the run of an arm of this name in an experiment's folder. */
    public static Path folder(Path experiment, String arm) {
        return experiment.resolve("arms").resolve(Objects.requireNonNull(arm, "arm"));
    }

    /**
     * Runs the arms.
     *
     * @param arms with names that differ
     * @return one an arm, in their order; empty if the listener asked to stop (the folder holds what was done)
     * @throws GtoException as {@link Trainer#run} and {@link TreeObjective#train}
     */
    public Optional<List<ArmResult>> run(List<Arm> arms, ExperimentListener listener) {
        List<ArmResult> results = new ArrayList<>();
        for (int i = 0; i < arms.size(); i++) {
            Arm arm = arms.get(i);
            TrainingResult training = arm.phase() == 0
                    ? new TrainingResult(true, 0, 0, 0, Objects.requireNonNull(arm.from(), "from"))
                    : train(arm, listener.training(arm, i, arms.size()));
            if (!training.complete()) {
                return Optional.empty();
            }
            results.add(new ArmResult(arm, folder(arm), training, gains(arm, training.draft(), listener)));
        }
        return Optional.of(results);
    }

    private DraftModel start(Arm arm) {
        return arm.from() != null
                ? DraftModel.load(target, arm.from())
                : StartingDraft.open(
                        target,
                        corpus,
                        folder(arm),
                        arm.vocabulary(),
                        arm.init(),
                        arm.options().seed());
    }

    private TrainingResult train(Arm arm, TrainingListener listener) {
        RunOptions run = options.with(arm.setBy(), arm.changed());
        try (DraftModel draft = start(arm)) {
            return arm.phase() == 1
                    ? Trainer.run(target, draft, corpus, folder(arm), arm.options(), run, listener)
                    : arm.objective().train(target, draft, corpus, folder(arm), arm.options(), run, listener);
        }
    }

    private List<TextGain> gains(Arm arm, Path file, ExperimentListener listener) {
        return heldBack.stream()
                .flatMap(set -> gains(arm, file, set, listener).stream())
                .toList();
    }

    private List<TextGain> gains(Arm arm, Path file, HeldBackTexts set, ExperimentListener listener) {
        Path kept = folder(arm).resolve("held-back-" + set.name() + ".json");
        return GainFile.read(kept, file, set.name(), set.settings()).orElseGet(() -> {
            try (DraftModel trained = DraftModel.load(target, file)) {
                List<TextGain> gains = set.measure(
                        trained,
                        done -> listener.measured(arm, done, set.sequences().size()));
                GainFile.write(kept, file, set.settings(), gains);
                return gains;
            }
        });
    }
}
