package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Models whose weights hold NaN: an exception of kind NUMERIC, never a text, and the decoder works on where NaN isn't
 * met.
 */
class NotFiniteTest {
    /** Its embedding holds NaN. */
    private static final int BAD = 7;

    private static final int[] GOOD_PROMPT = {256, 72, 101, 108};
    private static final int[] BAD_PROMPT = {256, 72, BAD, 108};
    private static final List<TreePolicy> POLICIES =
            List.of(new NoTree(), new Chain(3), new DynamicTree(3, 3, 8), CostAware.cheap());
    private static final List<SamplerOptions> SAMPLERS = List.of(
            SamplerOptions.greedy(),
            SamplerOptions.builder().temperature(0.8f).topK(40).seed(5).build());

    private static TargetModel target;
    private static DraftModel draft;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "320", "--seed", "3", "--nan-token", Integer.toString(BAD));
        draft = TinyModels.randomDraft(target, 7);
    }

    @AfterAll
    static void close() {
        draft.close();
        target.close();
    }

    private static void isNumeric(Runnable call, String where) {
        GtoException e = assertThrows(GtoException.class, call::run, where);
        assertEquals(GtoException.Kind.NUMERIC, e.kind(), where + ": " + e.getMessage());
        assertTrue(e.getMessage().contains("not finite"), e.getMessage());
    }

    private static TreeDecoder decoder(DraftModel itsDraft, TreePolicy policy) {
        return TreeDecoder.builder(target)
                .draft(itsDraft)
                .policy(policy)
                .context(64)
                .f32Cache(true)
                .build();
    }

    /** Options that never draw the bad token, or nothing else. */
    private static GenerationOptions options(SamplerOptions sampler, boolean bad) {
        SamplerOptions biased = SamplerOptions.builder()
                .temperature(sampler.temperature())
                .topK(sampler.topK())
                .seed(sampler.seed())
                .logitBias(Map.of(BAD, bad ? 1000f : Float.NEGATIVE_INFINITY))
                .build();
        return new GenerationOptions(12, biased);
    }

    @Test
    void inThePromptOrInTheText() {
        for (TreePolicy policy : POLICIES) {
            try (TreeDecoder decoder = decoder(draft, policy)) {
                for (SamplerOptions sampler : SAMPLERS) {
                    String where = policy.name() + ", temperature " + sampler.temperature();
                    int[] expected = decoder.generate(GOOD_PROMPT, options(sampler, false))
                            .tokens();
                    isNumeric(() -> decoder.generate(BAD_PROMPT, options(sampler, false)), where);
                    assertArrayEquals(
                            expected,
                            decoder.generate(GOOD_PROMPT, options(sampler, false))
                                    .tokens(),
                            where);
                    List<String> told = new ArrayList<>();
                    isNumeric(() -> decoder.generate(GOOD_PROMPT, options(sampler, true), told::add), where);
                    assertArrayEquals(
                            expected,
                            decoder.generate(GOOD_PROMPT, options(sampler, false))
                                    .tokens(),
                            where);
                }
            }
        }
    }

    @Test
    void inATreeThatIsVerified() {
        DraftTree tree = new DraftTree(new int[] {BAD, 5}, new int[] {-1, -1}, new float[2], new float[2]);
        // ggml's attention multiplies what a row doesn't see by 0, and NaN with it; that of CPU-GTO4J doesn't look at
        // it
        boolean spoilsOthers = target.device().kind().startsWith("CPU,");
        for (SamplerOptions options : SAMPLERS) {
            try (TargetSession session = target.newSession(
                            SessionOptions.builder().context(64).sequences(4).build());
                    Sampler sampler = Sampler.open(target, options)) {
                session.prefill(0, 0, GOOD_PROMPT, GOOD_PROMPT.length, null, null);
                if (spoilsOthers) {
                    isNumeric(
                            () -> session.verify(0, GOOD_PROMPT.length, 1, tree, sampler, null),
                            "temperature " + options.temperature());
                } else {
                    assertTrue(
                            session.verify(0, GOOD_PROMPT.length, 1, tree, sampler, null)
                                            .next()
                                    >= 0,
                            "the root's row is finite");
                }
                session.clear();
                session.prefill(0, 0, GOOD_PROMPT, GOOD_PROMPT.length, null, null);
                isNumeric(
                        () -> session.verify(0, GOOD_PROMPT.length, BAD, tree, sampler, null),
                        "the root, temperature " + options.temperature());
                session.clear();
                session.prefill(0, 0, GOOD_PROMPT, GOOD_PROMPT.length, null, null);
                assertTrue(
                        session.verify(0, GOOD_PROMPT.length, 1, DraftTree.empty(), sampler, null)
                                        .next()
                                >= 0,
                        "it works on");
            }
        }
    }

    @Test
    void inTheDraft() {
        for (String tensor : List.of("output.weight", "fc.weight", "output_norm.weight")) {
            try (DraftModel broken = draft.copy()) {
                float[] values = broken.tensor(tensor);
                values[values.length / 2] = Float.NaN;
                broken.setTensor(tensor, values);
                for (TreePolicy policy : POLICIES) {
                    Runnable generate = () -> {
                        try (TreeDecoder decoder = decoder(broken, policy)) {
                            decoder.generate(GOOD_PROMPT, options(SAMPLERS.get(0), false));
                        }
                    };
                    if (policy.needsDraft()) {
                        isNumeric(generate, tensor + ", " + policy.name());
                    } else {
                        generate.run();
                    }
                }
            }
        }
    }
}
