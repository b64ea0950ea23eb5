package org.gto4j.it.train;

import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.RunOptions;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.tree.DynamicTree;

/**
 * A program that trains, saves and validates often, and prints a line a step, so that {@link KillTest} can end it
 * anywhere.
 */
final class KilledRun {
    private KilledRun() {}

    /** @param args phase, target, starting draft, corpus, run folder, steps */
    public static void main(String[] args) {
        try (Device device = Device.cpu(1);
                TargetModel target = TargetModel.open(device, Path.of(args[1]))) {
            train(
                    Integer.parseInt(args[0]),
                    target,
                    Path.of(args[2]),
                    Path.of(args[3]),
                    Path.of(args[4]),
                    Integer.parseInt(args[5]),
                    step -> {
                        System.out.println(step.step());
                        System.out.flush();
                    });
        }
    }

    static void train(
            int phase,
            TargetModel target,
            Path start,
            Path corpusFolder,
            Path run,
            int steps,
            TrainingListener listener) {
        DynamicTree tree = new DynamicTree(3, 3, 8);
        RunOptions options = RunOptions.builder()
                .validation(0.2)
                .every(0.07)
                .simulation(3, tree)
                .build();
        TrainingOptions.Builder training = phase == 1
                ? TrainingOptions.phaseOne(Budget.steps(steps)).curriculum(1, 3, 0.3)
                : TrainingOptions.phaseTwo(Budget.steps(steps))
                        .curriculum(3, 3, 0)
                        .keepTopK(6);
        TrainingOptions settings = training.rows(160)
                .learningRate(LearningRate.cosine(5e-3f))
                .checkpoints(2, 0)
                .build();
        try (Corpus corpus = Corpus.openReadOnly(corpusFolder, target);
                DraftModel draft = DraftModel.load(target, start)) {
            if (phase == 1) {
                Trainer.run(target, draft, corpus, run, settings, options, listener);
            } else {
                GroupTreeOptimization.run(
                        target,
                        draft,
                        corpus,
                        run,
                        settings,
                        GroupOptions.builder().tree(tree).groups(4, 0.1).build(),
                        options,
                        listener);
            }
        }
    }
}
