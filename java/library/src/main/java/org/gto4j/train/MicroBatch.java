package org.gto4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.TrainingBatch;
import org.gto4j.model.TrainingBatchResult;
import org.jspecify.annotations.Nullable;

/** Sequences whose gradients are added up together. */
public final class MicroBatch {
    /** Trees whose rows are in memory together: their activations take more than a text's. */
    private static final int TREES = 16;

    private MicroBatch() {}

    /**
     * Adds the gradients of the token loss and of the policy term, if there is one.
     *
     * @param weights one a sequence, or null
     * @param passes of the training-time test
     * @param options decide about the token loss and rows that leave
     * @param tokenWeight factor of the token loss; 0 = policy term only
     * @return of the token loss
     */
    public static TrainingBatchResult accumulate(
            DraftTrainer trainer,
            List<LoadedSequence> loaded,
            @Nullable List<PolicyWeights> weights,
            int passes,
            TrainingOptions options,
            float tokenWeight) {
        TrainingBatchResult result = trainer.accumulate(TrainingBatch.builder()
                .sequences(sequences(loaded, weights))
                .passes(passes)
                .stepDecay(options.stepDecay())
                .missDecay(options.missDecay())
                .keepTopK(options.keepTopK())
                .meanOverAll(options.meanOverAll())
                .loss(options.loss())
                .tokenWeight(tokenWeight)
                .build());
        for (int i = 0; weights != null && i < loaded.size(); i++) {
            accumulate(trainer, loaded.get(i), weights.get(i).walked());
            accumulateTrees(trainer, loaded.get(i), weights.get(i).trees());
        }
        return result;
    }

    /** The sequences as the trainer takes them, with their weights along the text. */
    static List<TrainingBatch.Sequence> sequences(List<LoadedSequence> loaded, @Nullable List<PolicyWeights> weights) {
        List<TrainingBatch.Sequence> batch = new ArrayList<>();
        for (int i = 0; i < loaded.size(); i++) {
            CorpusSequence sequence = loaded.get(i).sequence();
            batch.add(new TrainingBatch.Sequence(
                    loaded.get(i).features(),
                    sequence.tokens(),
                    sequence.lossMask(),
                    sequence.targetArgmax(),
                    weights == null ? null : weights.get(i).onText()));
        }
        return batch;
    }

    private static void accumulate(DraftTrainer trainer, LoadedSequence loaded, List<PolicyWeights.Walked> walked) {
        if (walked.isEmpty()) {
            return;
        }
        float[][] weights = new float[walked.size()][];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = new float[walked.get(i).tokens().length];
            Arrays.fill(weights[i], walked.get(i).weight());
        }
        trainer.accumulatePaths(
                loaded.features(),
                loaded.sequence().tokens(),
                walked.stream().mapToInt(PolicyWeights.Walked::row).toArray(),
                walked.stream().map(PolicyWeights.Walked::tokens).toArray(int[][]::new),
                weights);
    }

    private static void accumulateTrees(
            DraftTrainer trainer, LoadedSequence loaded, List<PolicyWeights.Weighed> trees) {
        for (int from = 0; from < trees.size(); from += TREES) {
            List<PolicyWeights.Weighed> part = trees.subList(from, Math.min(trees.size(), from + TREES));
            trainer.accumulateTrees(
                    loaded.features(),
                    loaded.sequence().tokens(),
                    part.stream().mapToInt(PolicyWeights.Weighed::row).toArray(),
                    part.stream().map(PolicyWeights.Weighed::tree).toList(),
                    part.stream().map(PolicyWeights.Weighed::weights).toArray(float[][]::new));
        }
    }
}
