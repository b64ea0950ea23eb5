package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TokenLoss;
import org.gto4j.model.TrainingBatch;
import org.gto4j.model.TrainingBatchResult;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingStep;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every token loss trains a draft, and the policy term rides along with each. */
class TokenLossTest {
    private static final int PASSES = 3;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(TokenLoss.Kind.class)
    void lossFallsAndAcceptanceRises(TokenLoss.Kind kind) {
        int count = 100;
        List<TrainingStep> steps = new ArrayList<>();
        try (TargetModel target = TinyModels.open("--type", "F32", "--vocab", "64");
                Corpus corpus = TinyCorpus.sampled(folder, target, 24, 40, 0.7f);
                DraftModel draft = TinyModels.randomDraft(target, 1)) {
            TrainingOptions options = TrainingOptions.phaseOne(Budget.steps(count))
                    .rows(256)
                    .learningRate(new LearningRate(1e-2f, 0.1f, LearningRate.Decay.LINEAR, 0))
                    .curriculum(PASSES, PASSES, 0)
                    .keepTopK(0)
                    .loss(TokenLoss.of(kind))
                    .build();
            Trainer.run(target, draft, corpus, folder.resolve("run"), options, steps::add);
        }
        assertTrue(
                steps.stream().allMatch(step -> step.fill() > 0 && step.fill() <= 1),
                "no sequence is longer than a micro-batch may be");
        double acceptance = mean(steps.subList(count - 10, count), true) - mean(steps.subList(0, 10), true);
        double loss = mean(steps.subList(count - 10, count), false) - mean(steps.subList(0, 10), false);
        assertTrue(loss < 0, "loss changed by " + loss);
        assertTrue(acceptance > 0.05, "acceptance changed by " + acceptance);
    }

    private static double mean(List<TrainingStep> steps, boolean acceptance) {
        return steps.stream()
                .mapToDouble(step -> acceptance ? step.acceptance()[0] : step.loss()[0])
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(TokenLoss.Kind.class)
    void thePolicyTermRidesAlong(TokenLoss.Kind kind) {
        try (TargetModel target = TinyModels.open("--type", "F32");
                Corpus corpus = TinyCorpus.greedy(folder, target, 1, 30);
                Features features = corpus.newFeatures();
                DraftModel draft = TinyModels.randomDraft(target, 5);
                DraftTrainer trainer = DraftTrainer.open(
                        target, draft, AdamW.builder().precision(Precision.F32).build())) {
            CorpusSequence sequence = corpus.sequences().get(0);
            corpus.read(sequence, features);
            float[][] policy = new float[sequence.length()][PASSES];
            for (int t = sequence.promptLength(); t < sequence.length(); t++) {
                policy[t][t % PASSES] = 0.1f * (t % 5 - 2);
            }
            Map<String, float[]> apart = gradients(trainer, draft, kind, sequence, features, null, 1);
            gradients(trainer, draft, kind, sequence, features, policy, 0).forEach((name, values) -> {
                for (int i = 0; i < values.length; i++) {
                    apart.get(name)[i] += values[i];
                }
            });
            gradients(trainer, draft, kind, sequence, features, policy, 1).forEach((name, values) -> {
                double squares = 0;
                double difference = 0;
                for (int i = 0; i < values.length; i++) {
                    squares += values[i] * values[i];
                    difference += Math.pow(values[i] - apart.get(name)[i], 2);
                }
                assertTrue(squares > 0, name + " has no gradient");
                assertTrue(
                        difference < 1e-8 * squares, name + ": relative difference " + Math.sqrt(difference / squares));
            });
        }
    }

    /** Of one batch; the trainer's are zeroed afterwards. */
    private static Map<String, float[]> gradients(
            DraftTrainer trainer,
            DraftModel draft,
            TokenLoss.Kind kind,
            CorpusSequence sequence,
            Features features,
            float[][] policy,
            float tokenWeight) {
        TrainingBatchResult result = trainer.accumulate(TrainingBatch.builder()
                .passes(PASSES)
                .loss(TokenLoss.of(kind))
                .tokenWeight(tokenWeight)
                .sequences(List.of(new TrainingBatch.Sequence(
                        features, sequence.tokens(), sequence.lossMask(), sequence.targetArgmax(), policy)))
                .build());
        assertTrue(Double.isFinite(result.objective()));
        Map<String, float[]> gradients = new HashMap<>();
        draft.tensorNames().forEach(name -> gradients.put(name, trainer.gradient(name)));
        trainer.zero();
        return gradients;
    }
}
