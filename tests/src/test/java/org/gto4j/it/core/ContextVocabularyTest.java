package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ContextVocabulary;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ScoredTree;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Drafts whose own vocabulary is small, and that propose what stands in the text. */
class ContextVocabularyTest {
    private static final int LENGTH = 60;
    private static final ContextVocabulary CONTEXT = new ContextVocabulary(0.5f, 1.25f);

    @TempDir
    Path folder;

    private TargetModel target;
    private DraftModel draft;

    @BeforeEach
    void open() {
        target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "1");
        draft = TinyModels.randomDraft(target, new int[] {0, 2, 5}, 7);
    }

    @AfterEach
    void close() {
        draft.close();
        target.close();
    }

    static Stream<TreePolicy> policies() {
        return Stream.of(
                new Chain(3),
                new DynamicTree(4, 3, 12),
                new DynamicTree(4, 3, 12).withLookup(),
                ScoredTree.of(new DynamicTree(4, 3, 12)),
                CostAware.cheap(),
                CostAware.cheapWithoutLookup());
    }

    private TreeDecoder decoder(TreePolicy policy) {
        return TreeDecoder.builder(target)
                .draft(draft)
                .policy(policy)
                .context(128)
                .f32Cache(true)
                .build();
    }

    private static GenerationOptions greedy() {
        return new GenerationOptions(LENGTH, SamplerOptions.greedy());
    }

    private static int accepted(Generation generation) {
        return Arrays.stream(generation.statistics().acceptedPerCycle()).sum();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void greedyTextsStayAsTheyAre(TreePolicy policy) {
        int without = 0;
        int with = 0;
        for (int[] prompt : Prompts.random(target, 12, 3)) {
            draft.removeContextVocabulary();
            Generation plain;
            try (TreeDecoder decoder = decoder(policy)) {
                plain = decoder.generate(prompt, greedy());
            }
            draft.setContextVocabulary(CONTEXT);
            try (TreeDecoder decoder = decoder(policy)) {
                Generation found = decoder.generate(prompt, greedy());
                assertArrayEquals(plain.tokens(), found.tokens());
                with += accepted(found);
            }
            without += accepted(plain);
        }
        assertTrue(with > without, without + " tokens were accepted without, " + with + " with it");
    }

    @Test
    void textsInABatchAreTheTextsAlone() {
        draft.setContextVocabulary(CONTEXT);
        TreePolicy policy = new DynamicTree(3, 3, 6);
        List<int[]> prompts = Prompts.random(target, 16, 4);
        try (TreeDecoder alone = decoder(policy);
                BatchDecoder batch = BatchDecoder.builder(target)
                        .draft(draft)
                        .policy(policy)
                        .context(128)
                        .slots(5)
                        .f32Cache(true)
                        .build()) {
            List<BatchRequest> requests = prompts.stream()
                    .map(prompt -> batch.submit(prompt, greedy()))
                    .toList();
            for (int i = 0; i < prompts.size(); i++) {
                Generation one = alone.generate(prompts.get(i), greedy());
                Generation other = requests.get(i).await();
                assertArrayEquals(one.tokens(), other.tokens());
                assertArrayEquals(
                        one.statistics().acceptedPerCycle(), other.statistics().acceptedPerCycle());
            }
        }
    }

    /** The next prompt doesn't meet the last one's tokens. */
    @Test
    void aTextLeavesNothingBehind() {
        draft.setContextVocabulary(CONTEXT);
        List<int[]> prompts = Prompts.random(target, 6, 8);
        try (TreeDecoder used = decoder(new Chain(3))) {
            for (int[] prompt : prompts) {
                try (TreeDecoder fresh = decoder(new Chain(3))) {
                    assertArrayEquals(
                            fresh.generate(prompt, greedy()).statistics().acceptedPerCycle(),
                            used.generate(prompt, greedy()).statistics().acceptedPerCycle());
                }
            }
        }
    }

    static Stream<TreePolicy> sampled() {
        return Stream.of(
                new DynamicTree(3, 3, 8),
                new DynamicTree(3, 3, 8).drawing(DrawnChild.ofDraft()),
                new Chain(3).drawing(new DrawnChild(0.7)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sampled")
    void sampledTextsHaveTheTargetsDistribution(TreePolicy policy) {
        SamplerOptions sampler = SamplerOptions.builder().temperature(1).build();
        int[] prompt = {3, 0, 1};
        int length = 3;
        int draws = 10_000;
        try (TargetModel few = TinyModels.open("--vocab", "6", "--seed", "2", "--scale", "1.5");
                DraftModel narrow = TinyModels.randomDraft(few, new int[] {0, 2}, 5)) {
            narrow.setContextVocabulary(new ContextVocabulary(0, CONTEXT.bigramBonus()));
            Outcomes outcomes =
                    Outcomes.enumerate(few, prompt, length, new ReferenceChain(sampler, (text, token) -> true));
            Outcomes.Tally tally = outcomes.tally();
            try (TreeDecoder decoder = TreeDecoder.builder(few)
                    .draft(narrow)
                    .policy(policy)
                    .context(64)
                    .f32Cache(true)
                    .build()) {
                IntStream.range(0, draws)
                        .forEach(seed -> tally.add(
                                decoder.generate(prompt, new GenerationOptions(length, sampler.withSeed(seed)))
                                        .tokens()));
            }
            assertTrue(tally.pValue() > 0.001, "p = " + tally.pValue());
        }
    }

    @Test
    void itIsKeptWithTheDraft() {
        assertTrue(draft.contextVocabulary().isEmpty());
        draft.setContextVocabulary(CONTEXT);
        Path file = folder.resolve("draft.gguf");
        draft.save(file, DraftFileType.F32);
        try (DraftModel loaded = DraftModel.load(target, file);
                DraftModel copy = loaded.copy()) {
            assertEquals(Optional.of(CONTEXT), loaded.contextVocabulary());
            assertEquals(Optional.of(CONTEXT), copy.contextVocabulary());
            copy.removeContextVocabulary();
            assertEquals(Optional.of(CONTEXT), loaded.contextVocabulary());
            assertFalse(copy.contextVocabulary().isPresent());
        }
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() {
        GtoException e = assertThrows(GtoException.class, () -> new ContextVocabulary(Float.NaN));
        assertEquals(GtoException.Kind.ARGUMENT, e.kind());
        assertEquals("offset of the context vocabulary must be finite, found NaN", e.getMessage());
        e = assertThrows(GtoException.class, () -> new ContextVocabulary(0, Float.POSITIVE_INFINITY));
        assertEquals("bigram bonus of the context vocabulary must be finite, found Infinity", e.getMessage());
    }
}
