package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.data.Corpus;
import org.gto4j.data.DraftVocabulary;
import org.gto4j.it.support.TinyModels;
import org.gto4j.it.train.TinyCorpus;
import org.gto4j.lab.parity.PlainReference;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingOptions;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A second family, Gemma 3's: all blocks but every sixth look 8 tokens back, heads are wider than their share of the
 * hidden state, embeddings are scaled, norms follow attention and feed-forward net. The same steps from text to a
 * trained draft, and its text is the target's.
 */
class SlidingWindowTest {
    private static final int TOKENS = 64;
    private static final int CONTEXT = 256;
    private static final int PROMPTS = 10;
    /**
     * ggml's GELU looks its value up by an argument rounded to F16, so that equal sums in another order may differ this
     * much in a logit.
     */
    private static final double NEAR_TIE = 1e-2;

    @TempDir
    Path folder;

    @Test
    void aDraftIsTrainedAndItsTextIsTheTargets() {
        try (TargetModel target = TinyModels.open(
                        "--arch", "gemma3", "--head-dim", "16", "--vocab", "14", "--seed", "5", "--scale", "2");
                DraftModel draft = trained(target)) {
            assertEquals(16, draft.info().headDim());
            // Twice as far above 1 as with random weights, at least.
            assertAbove(2.2, tau(target, draft, new DynamicTree(7, 10, 60)));
            assertAbove(1.2, tau(target, draft, new Chain(4)));
        }
    }

    private static void assertAbove(double least, double tau) {
        assertTrue(tau > least, "tau " + tau + ", expected more than " + least);
    }

    private DraftModel trained(TargetModel target) {
        try (Corpus corpus = TinyCorpus.sampled(folder.resolve("corpus"), target, 32, 48, 1)) {
            int[] vocabulary = DraftVocabulary.of(
                            corpus.sequences(), 14, target.info().vocabulary())
                    .tokens();
            DraftConfig config = DraftConfig.builder()
                    .vocabulary(vocabulary)
                    .taps(corpus.taps())
                    .init(DraftConfig.Init.TARGET)
                    .build();
            try (DraftModel untrained = DraftModel.create(target, config)) {
                TrainingOptions options = TrainingOptions.phaseOne(Budget.steps(60))
                        .rows(512)
                        .learningRate(LearningRate.cosine(1e-2f))
                        .build();
                return DraftModel.load(
                        target,
                        Trainer.run(target, untrained, corpus, folder.resolve("run"), options, step -> {})
                                .draft());
            }
        }
    }

    private static double tau(TargetModel target, DraftModel draft, TreePolicy policy) {
        GenerationOptions greedy = GenerationOptions.builder().maxTokens(TOKENS).build();
        int gained = 0;
        int cycles = 0;
        try (TreeDecoder tree = TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(policy)
                        .context(CONTEXT)
                        .f32Cache(true)
                        .build();
                TreeDecoder plain = TreeDecoder.builder(target)
                        .context(CONTEXT)
                        .f32Cache(true)
                        .build();
                PlainReference reference = new PlainReference(target, CONTEXT, true)) {
            for (int[] prompt : Prompts.random(target, PROMPTS, 1)) {
                int[] expected = reference.text(prompt, TOKENS);
                assertArrayEquals(expected, plain.generate(prompt, greedy).tokens());
                Generation found = tree.generate(prompt, greedy);
                int at = Arrays.mismatch(expected, found.tokens());
                if (at >= 0) {
                    int other = at < found.tokens().length ? found.tokens()[at] : PlainReference.END;
                    assertTrue(
                            reference.gap(prompt, expected, at, other) < NEAR_TIE,
                            policy.name() + " differs at token " + at);
                }
                gained += Arrays.stream(found.statistics().acceptedPerCycle())
                        .map(accepted -> accepted + 1)
                        .sum();
                cycles += found.statistics().cycles();
            }
        }
        return (double) gained / cycles;
    }
}
