package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.lab.report.TreeRecorder;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DraftWeights;
import org.gto4j.model.Features;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The trees that a decoder verifies are those that a draft fed with the whole text at once would grow: nothing drifts
 * from cycle to cycle.
 */
class DraftInStepTest {
    private static final DynamicTree POLICY = new DynamicTree(4, 4, 16);

    @ParameterizedTest
    @EnumSource
    void treesAreThoseOfAFreshDraft(DraftWeights weights) {
        TreeRecorder recorder = new TreeRecorder(POLICY);
        int longPaths = 0;
        try (TargetModel target = TinyModels.open("--vocab", "8", "--seed", "5", "--scale", "1.5");
                DraftModel draft = draft(target, weights);
                TreeDecoder decoder = TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(recorder)
                        .context(256)
                        .f32Cache(true)
                        .build()) {
            for (int seed = 0; seed < 20; seed++) {
                SamplerOptions sampler =
                        SamplerOptions.builder().temperature(1).seed(seed).build();
                int[] prompt = Prompts.random(target, 1, seed).get(0);
                int before = recorder.trees().size();
                Generation generation = decoder.generate(prompt, new GenerationOptions(60, sampler));
                List<DraftTree> trees =
                        recorder.trees().subList(before, recorder.trees().size());
                // A tree needs room for two more tokens: the root's child and the target's own.
                List<DraftTree> expected = freshTrees(target, draft, prompt, generation);
                assertTrue(expected.size() - trees.size() <= 1);
                for (int cycle = 0; cycle < trees.size(); cycle++) {
                    assertSame(seed + ", cycle " + cycle, expected.get(cycle), trees.get(cycle));
                }
                longPaths += Arrays.stream(generation.statistics().acceptedPerCycle())
                        .filter(accepted -> accepted > 1)
                        .count();
            }
        }
        assertTrue(longPaths > 10, "some cycles accepted more than one token: " + longPaths);
    }

    @Test
    void decodingWeightsShowInTheTrees() {
        try (TargetModel target = TinyModels.open("--vocab", "8", "--seed", "5", "--scale", "1.5");
                DraftModel precise = draft(target, DraftWeights.Q8_0);
                DraftModel coarse = draft(target, DraftWeights.Q4_0)) {
            int[] prompt = Prompts.random(target, 1, 3).get(0);
            Generation generation;
            try (TreeDecoder decoder = TreeDecoder.builder(target)
                    .draft(precise)
                    .policy(POLICY)
                    .context(256)
                    .build()) {
                generation = decoder.generate(prompt, new GenerationOptions(20, SamplerOptions.greedy()));
            }
            float[] scores =
                    freshTrees(target, precise, prompt, generation).get(0).scores();
            float[] other =
                    freshTrees(target, coarse, prompt, generation).get(0).scores();
            assertFalse(Arrays.equals(scores, other), "4 bits give other scores than 8");
            try (DraftModel copy = coarse.copy()) {
                assertArrayEquals(
                        other,
                        freshTrees(target, copy, prompt, generation).get(0).scores());
            }
        }
    }

    private static DraftModel draft(TargetModel target, DraftWeights weights) {
        DraftModel draft = TinyModels.randomDraft(target, 7);
        draft.setDecodingWeights(weights);
        return draft;
    }

    private static void assertSame(String where, DraftTree expected, DraftTree tree) {
        assertArrayEquals(expected.tokens(), tree.tokens(), where);
        assertArrayEquals(expected.parents(), tree.parents(), where);
        assertArrayEquals(expected.scores(), tree.scores(), 1e-4f, where);
    }

    /** Trees at every cycle's root from one pass of target and draft over prompt and text. */
    private static List<DraftTree> freshTrees(
            TargetModel target, DraftModel draft, int[] prompt, Generation generation) {
        int[] text = IntStream.concat(Arrays.stream(prompt), Arrays.stream(generation.tokens()))
                .toArray();
        int rows = text.length - 1;
        int[] roots = new int[generation.statistics().cycles()];
        for (int cycle = 0, row = prompt.length - 1; cycle < roots.length; cycle++) {
            roots[cycle] = row;
            row += 1 + generation.statistics().acceptedPerCycle()[cycle];
        }
        if (roots.length == 0) {
            return List.of();
        }
        try (TargetSession session = target.newSession(SessionOptions.builder()
                        .context(256)
                        .sequences(1)
                        .taps(draft.info().taps())
                        .f32Cache(true)
                        .build());
                Features features = Features.create(3, draft.info().hidden(), false, Features.Type.F32);
                DraftSession trunk = draft.newDecodingSession(256, roots.length * POLICY.maxExpanded())) {
            session.prefill(0, 0, Arrays.copyOf(text, rows), rows, features, null);
            assertEquals(rows, features.rows());
            trunk.extend(features, 0, rows, Arrays.copyOfRange(text, 1, rows + 1), 0);
            assertEquals(rows, trunk.rows());
            return ForestBuilder.build(trunk, roots, POLICY);
        }
    }
}
