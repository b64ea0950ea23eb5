package org.gto4j.it.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.gto4j.ChatMessage;
import org.gto4j.DraftConfig;
import org.gto4j.DraftModel;
import org.gto4j.GenerationOptions;
import org.gto4j.SessionOptions;
import org.gto4j.TargetModel;
import org.gto4j.TargetSession;
import org.gto4j.TreeDecoder;
import org.gto4j.cli.quickstart.RealModel;
import org.gto4j.data.Corpus;
import org.gto4j.data.DraftVocabulary;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptSet;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.it.support.GreedyLoop;
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
 * Greedy text of a real model with a draft is the model's own. A few prompts by default; all that the project promises with
 * {@code mvn verify -Dgto4j.real.prompts=50 -Dgto4j.real.tokens=128}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealGreedyTextTest {
    private static final int PROMPTS = Integer.getInteger("gto4j.real.prompts", 4);
    private static final int TOKENS = Integer.getInteger("gto4j.real.tokens", 48);
    private static final int CONTEXT = 1024;
    /** Rounding in F16 depends on the batch: a difference is allowed only where the two best logits are this near. */
    private static final float NEAR_TIE = 0.2f;

    @TempDir
    static Path folder;
    private Path draft;

    @BeforeAll
    void train() {
        List<Prompt> prompts = PromptSet.bundled().subList(0, 24);
        try (TargetModel target = TargetModel.open(RealModel.f16()); Corpus corpus = Corpus.open(folder.resolve("corpus"), target)) {
            Regenerator.run(target, prompts, corpus, RegenerationOptions.builder().maxResponseTokens(48).build(), state -> { });
            int[] vocabulary = DraftVocabulary.of(corpus.sequences(), 1024, target.info().vocabulary()).tokens();
            DraftConfig config = DraftConfig.builder().vocabulary(vocabulary).taps(corpus.taps()).init(DraftConfig.Init.TARGET).build();
            try (DraftModel untrained = DraftModel.create(target, config)) {
                draft = Trainer.run(target, untrained, corpus, folder.resolve("run"), TrainingOptions.phaseOne(Budget.steps(40)).build(), step -> { }).draft();
            }
        }
    }

    @AfterAll
    void forget() {
        draft = null;
    }

    private record Texts(int prompts, int differences, float widestGap, double tau) {
    }

    private Texts compare(Path model) {
        int differences = 0;
        float widest = 0;
        long gained = 0;
        long cycles = 0;
        GenerationOptions greedy = GenerationOptions.builder().maxTokens(TOKENS).build();
        try (TargetModel target = TargetModel.open(model); DraftModel loaded = DraftModel.load(target, draft);
             TreeDecoder tree = TreeDecoder.builder(target).draft(loaded).policy(new DynamicTree(5, 4, 16)).context(CONTEXT).f32Cache(true).build();
             TreeDecoder plain = TreeDecoder.builder(target).context(CONTEXT).f32Cache(true).build();
             TargetSession session = target.newSession(SessionOptions.builder().context(CONTEXT).sequences(1).f32Cache(true).build())) {
            List<Prompt> prompts = PromptSet.bundled();
            for (int i = 0; i < PROMPTS; i++) {
                int[] prompt = target.chatTokens(List.of(ChatMessage.user(prompts.get(prompts.size() - 1 - i).turns().get(0))), true);
                int[] expected = GreedyLoop.text(target, session, prompt, TOKENS);
                assertArrayEquals(expected, plain.generate(prompt, greedy).tokens(), "plain decoding is the bare loop");
                var found = tree.generate(prompt, greedy);
                gained += Arrays.stream(found.statistics().acceptedPerCycle()).map(accepted -> accepted + 1).sum();
                cycles += found.statistics().cycles();
                int at = Arrays.mismatch(expected, found.tokens());
                if (at >= 0) {
                    differences++;
                    widest = Math.max(widest, GreedyLoop.gap(session, prompt, expected, Math.min(at, expected.length)));
                }
            }
        }
        Texts texts = new Texts(PROMPTS, differences, widest, (double) gained / cycles);
        System.out.println(model.getFileName() + ": " + texts);
        return texts;
    }

    @Test
    void inF32IsTheSame() {
        Texts texts = compare(RealModel.f32());
        assertTrue(texts.differences() == 0, texts.toString());
        assertTrue(texts.tau() > 1.05, "the draft was right now and then: " + texts);
    }

    @Test
    void inF16DiffersAtNearTiesOnly() {
        Texts texts = compare(RealModel.f16());
        assertTrue(texts.widestGap() < NEAR_TIE, texts.toString());
    }
}
