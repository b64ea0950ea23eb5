package org.gto4j.it.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.data.Corpus;
import org.gto4j.data.DraftVocabulary;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptSet;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.lab.parity.Parity;
import org.gto4j.lab.parity.ParityCheck;
import org.gto4j.lab.parity.ParityOptions;
import org.gto4j.lab.parity.ParityResult;
import org.gto4j.lab.quickstart.RealModel;
import org.gto4j.lab.report.TreeRecorder;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingOptions;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Greedy text of a real model with a draft is the model's own. A few prompts by default; all that the project promises
 * with {@code mvn verify -Dgto4j.real.prompts=50 -Dgto4j.real.tokens=128}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealGreedyTextTest {
    private static final int PROMPTS = Integer.getInteger("gto4j.real.prompts", 4);
    private static final int TOKENS = Integer.getInteger("gto4j.real.tokens", 48);
    /** Rounding in F16 depends on the batch: a difference is allowed only where the two best logits are this near. */
    private static final double NEAR_TIE = 0.2;

    @TempDir
    static Path folder;

    private Path draft;

    @BeforeAll
    void train() {
        List<Prompt> prompts = PromptSet.bundled().subList(0, 24);
        try (TargetModel target = TargetModel.open(RealModel.f16());
                Corpus corpus = Corpus.open(folder.resolve("corpus"), target)) {
            Regenerator.run(
                    target,
                    prompts,
                    corpus,
                    RegenerationOptions.builder().maxResponseTokens(48).build(),
                    state -> {});
            int[] vocabulary = DraftVocabulary.of(
                            corpus.sequences(), 1024, target.info().vocabulary())
                    .tokens();
            DraftConfig config = DraftConfig.builder()
                    .vocabulary(vocabulary)
                    .taps(corpus.taps())
                    .init(DraftConfig.Init.TARGET)
                    .build();
            try (DraftModel untrained = DraftModel.create(target, config)) {
                draft = Trainer.run(
                                target,
                                untrained,
                                corpus,
                                folder.resolve("run"),
                                TrainingOptions.phaseOne(Budget.steps(40)).build(),
                                step -> {})
                        .draft();
            }
        }
    }

    @AfterAll
    void forget() {
        draft = null;
    }

    /**
     * Compares plain decoding and a tree with the reference; F16 rounding depends on the batch, a tree that differs
     * does so at a near-tie.
     */
    private ParityResult compare(Path model, double tie) {
        List<Prompt> prompts = PromptSet.bundled();
        Dataset dataset = new Dataset("bundled", prompts.subList(prompts.size() - PROMPTS, prompts.size()));
        TreeRecorder tree = new TreeRecorder(new DynamicTree(5, 4, 16));
        try (TargetModel target = TargetModel.open(model);
                DraftModel loaded = DraftModel.load(target, draft);
                Parity parity = new Parity(
                        target,
                        target,
                        List.of(Variant.plain(), new Variant("trained", Mode.TREE, loaded, tree)),
                        List.of(dataset),
                        new EvalOptions(TOKENS, true, 0),
                        ParityOptions.greedy(false))) {
            ParityResult result = ParityResult.of(parity.run(List.of(), check -> {}, (done, all) -> true), 0, tie);
            System.out.println(model.getFileName() + ": " + tree.trees().size() + " trees");
            System.out.print(result.print(target));
            assertEquals(2 * PROMPTS, result.checks().size());
            assertTrue(
                    result.differences().stream()
                            .allMatch(check -> check.method().mode() == Mode.TREE),
                    "plain decoding is the bare loop");
            long tokens = result.checks().stream()
                    .filter(check -> check.method().mode() == Mode.TREE)
                    .mapToLong(ParityCheck::tokens)
                    .sum();
            assertTrue(
                    tree.trees().size() * 1.05 < tokens || !result.differences().isEmpty(),
                    "the draft was right now and then: " + tree.trees().size() + " trees");
            return result;
        }
    }

    @Test
    void inF32IsTheSame() {
        assertEquals(List.of(), compare(RealModel.f32(), 0).differences());
    }

    @Test
    void inF16DiffersAtNearTiesOnly() {
        assertEquals(List.of(), compare(RealModel.f16(), NEAR_TIE).failures());
    }
}
