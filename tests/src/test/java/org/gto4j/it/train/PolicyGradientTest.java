package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.ContextVocabulary;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingBatch;
import org.gto4j.model.TrainingBatchResult;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On the target's own text the policy term rides on the TTT logits: the same gradient as walking the accepted paths.
 */
class PolicyGradientTest {
    private static final int PASSES = 4;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "context vocabulary {0}")
    @ValueSource(booleans = {false, true})
    void tttLogitsGiveTheGradientOfTheWalkedPaths(boolean contextVocabulary) {
        try (TargetModel target = TinyModels.open("--type", "F32");
                Corpus corpus = TinyCorpus.greedy(folder, target, 1, 30);
                Features features = corpus.newFeatures();
                DraftModel draft = contextVocabulary
                        ? draftWithoutThePrompt(target, corpus.sequences().get(0))
                        : TinyModels.randomDraft(target, 5)) {
            CorpusSequence sequence = corpus.sequences().get(0);
            corpus.read(sequence, features);
            int first = sequence.promptLength() - 1;
            int[] rows = {first, first + 1, first + 4, first + 9};
            int[] lengths = {4, 1, 3, 2};
            float[] weights = {0.5f, -1.25f, 0.75f, 2};
            try (DraftTrainer trainer = DraftTrainer.open(
                    target, draft, AdamW.builder().precision(Precision.F32).build())) {
                float[] logProbs = walk(trainer, features, sequence.tokens(), rows, lengths, weights);
                Map<String, float[]> walked = gradients(trainer, draft);
                trainer.zero();
                TrainingBatchResult result = ride(trainer, features, sequence, rows, lengths, weights);
                double policy = 0;
                for (int i = 0, p = 0; i < rows.length; i++) {
                    for (int j = 0; j < lengths[i]; j++) {
                        policy += weights[i] * logProbs[p++];
                    }
                }
                assertEquals(policy, Arrays.stream(result.policy()).sum(), 1e-4);
                assertEquals(-policy, result.objective(), 1e-4);
                compare(walked, gradients(trainer, draft));
            }
        }
    }

    /** What the prompt holds its rows offer, all else it has itself. */
    private static DraftModel draftWithoutThePrompt(TargetModel target, CorpusSequence sequence) {
        Set<Integer> offered = Arrays.stream(sequence.tokens(), 1, sequence.promptLength())
                .boxed()
                .collect(Collectors.toSet());
        int[] others = IntStream.range(0, target.info().vocabulary())
                .filter(token -> !offered.contains(token))
                .toArray();
        DraftModel draft = TinyModels.randomDraft(target, others, 5);
        draft.setContextVocabulary(new ContextVocabulary(0.5f, 1.5f));
        return draft;
    }

    private static float[] walk(
            DraftTrainer trainer, Features features, int[] text, int[] rows, int[] lengths, float[] weights) {
        int[][] paths = new int[rows.length][];
        float[][] pathWeights = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            paths[i] = Arrays.copyOfRange(text, rows[i] + 2, rows[i] + 2 + lengths[i]);
            pathWeights[i] = new float[lengths[i]];
            Arrays.fill(pathWeights[i], weights[i]);
        }
        return trainer.accumulatePaths(features, text, rows, paths, pathWeights);
    }

    private static TrainingBatchResult ride(
            DraftTrainer trainer,
            Features features,
            CorpusSequence sequence,
            int[] rows,
            int[] lengths,
            float[] weights) {
        float[][] policy = new float[sequence.length()][PASSES];
        for (int i = 0; i < rows.length; i++) {
            Arrays.fill(policy[rows[i]], 0, lengths[i], weights[i]);
        }
        return trainer.accumulate(TrainingBatch.builder()
                .passes(PASSES)
                .tokenWeight(0)
                .sequences(List.of(new TrainingBatch.Sequence(
                        features, sequence.tokens(), sequence.lossMask(), sequence.targetArgmax(), policy)))
                .build());
    }

    private static Map<String, float[]> gradients(DraftTrainer trainer, DraftModel draft) {
        Map<String, float[]> gradients = new HashMap<>();
        draft.tensorNames().forEach(name -> gradients.put(name, trainer.gradient(name)));
        return gradients;
    }

    private static void compare(Map<String, float[]> expected, Map<String, float[]> found) {
        expected.forEach((name, values) -> {
            double norm = 0;
            double difference = 0;
            for (int i = 0; i < values.length; i++) {
                norm += values[i] * values[i];
                difference += Math.pow(values[i] - found.get(name)[i], 2);
            }
            assertTrue(norm > 0, name + " has no gradient");
            assertTrue(
                    Math.sqrt(difference) < 1e-3 * Math.sqrt(norm),
                    name + ": relative difference " + Math.sqrt(difference / norm));
        });
    }
}
