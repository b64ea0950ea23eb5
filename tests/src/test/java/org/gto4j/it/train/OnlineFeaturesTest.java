package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.data.Conversation;
import org.gto4j.data.Corpus;
import org.gto4j.data.Prefiller;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.it.data.TinyPrompts;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingStep;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A corpus without features trains as one with features does: the target reads the same texts again. */
class OnlineFeaturesTest {
    private static final int STEPS = 6;

    @TempDir
    Path folder;

    private TargetModel target;

    @BeforeEach
    void open() {
        target = TinyModels.open("--type", "F32", "--vocab", "64");
    }

    @AfterEach
    void close() {
        target.close();
    }

    private Corpus corpus(String name, boolean features) {
        Corpus corpus = Corpus.open(folder.resolve(name), target, target.defaultTaps(), features);
        Regenerator.run(
                target,
                TinyPrompts.of(16),
                corpus,
                RegenerationOptions.builder()
                        .slots(8)
                        .maxPromptTokens(64)
                        .maxResponseTokens(30)
                        .f32Cache(true)
                        .build(),
                progress -> {});
        return corpus;
    }

    private List<TrainingStep> phaseOne(Corpus corpus, String run) {
        List<TrainingStep> steps = new ArrayList<>();
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            Trainer.run(
                    target,
                    draft,
                    corpus,
                    folder.resolve(run),
                    TrainingOptions.phaseOne(Budget.steps(STEPS))
                            .rows(200)
                            .learningRate(LearningRate.cosine(1e-3f))
                            .curriculum(3, 3, 0)
                            .build(),
                    steps::add);
        }
        return steps;
    }

    /** Features are F16 either way; computed one by one or in a batch they may differ in the last bit. */
    @Test
    void lossesAndGradientsAreTheSame() {
        try (Corpus cached = corpus("cached", true);
                Corpus online = corpus("online", false)) {
            List<TrainingStep> expected = phaseOne(cached, "one");
            List<TrainingStep> found = phaseOne(online, "two");
            assertFalse(Files.exists(folder.resolve("online/features.f16")));
            for (int i = 0; i < STEPS; i++) {
                TrainingStep one = expected.get(i);
                TrainingStep two = found.get(i);
                assertEquals(one.tokens(), two.tokens());
                assertArrayEquals(one.loss(), two.loss(), 2e-3, "loss of step " + (i + 1));
                assertEquals(
                        one.gradientNorm(),
                        two.gradientNorm(),
                        0.01 * one.gradientNorm(),
                        "gradient of step " + (i + 1));
            }
            assertTrue(expected.get(STEPS - 1).loss()[0] != expected.get(0).loss()[0]);
        }
    }

    @Test
    void phaseTwoReadsTheTextsAgainToo() {
        List<TrainingStep> steps = new ArrayList<>();
        try (Corpus online = corpus("online", false);
                DraftModel draft = TinyModels.randomDraft(target, 1)) {
            phaseTwo(online, draft, steps);
        }
        assertEquals(2, steps.size());
        assertTrue(steps.get(0).policy().get("positions") > 0);
    }

    private void phaseTwo(Corpus corpus, DraftModel draft, List<TrainingStep> steps) {
        GroupTreeOptimization.run(
                target,
                draft,
                corpus,
                folder.resolve("gto"),
                TrainingOptions.phaseTwo(Budget.steps(2))
                        .rows(200)
                        .curriculum(3, 3, 0)
                        .keepTopK(0)
                        .build(),
                GroupOptions.builder()
                        .tree(new DynamicTree(3, 3, 8))
                        .groups(4, 0.25)
                        .density(0.25)
                        .build(),
                steps::add);
    }

    /** Every answer of a foreign conversation is trained; Phase II walks what the target would accept there. */
    @Test
    void foreignTextsAreTrainedOn() {
        List<ChatMessage> messages = List.of(
                ChatMessage.user("abc"),
                ChatMessage.assistant("defgh"),
                ChatMessage.user("ijk"),
                ChatMessage.assistant("lmnop"));
        RegenerationOptions options =
                RegenerationOptions.builder().f32Cache(true).build();
        try (Corpus corpus = Corpus.open(folder.resolve("foreign"), target);
                DraftModel draft = TinyModels.randomDraft(target, 1)) {
            Prefiller.run(target, List.of(new Conversation("f", "general", messages)), corpus, options, progress -> {});
            TrainingStep step = phaseOne(corpus, "run").get(0);
            // Pass 0 predicts each response token that has two tokens before it: here all of them.
            assertEquals(corpus.responseTokens(), step.tokens());
            List<TrainingStep> steps = new ArrayList<>();
            phaseTwo(corpus, draft, steps);
            assertTrue(
                    steps.get(0).policy().get("positions") > 0,
                    "walked: " + steps.get(0).policy());
            assertTrue(steps.get(0).policy().get("reward") > 0);
        }
    }
}
