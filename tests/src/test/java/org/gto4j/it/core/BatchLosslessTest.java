package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.it.support.TinyModels;
import org.gto4j.lab.parity.PlainReference;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With others in the same passes a request's text is what it is alone. */
class BatchLosslessTest {
    private static final int CONTEXT = 128;
    private static final int DRAWS = 6_000;
    private static final int IN_FLIGHT = 7;
    private static final int LENGTH = 4;
    private static final int[] PROMPT = {3, 0, 1};

    static Stream<TreePolicy> policies() {
        return Stream.of(
                new DynamicTree(4, 3, 12),
                new DynamicTree(4, 3, 12).drawing(DrawnChild.ofDraft()),
                CostAware.cheap(),
                new PromptLookup(2, 5),
                new NoTree());
    }

    /**
     * Prompts of all lengths in small chunks, texts of all lengths, more requests than slots, fewer nodes than trees
     * would take.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void greedyTextIsTheTargetsOwn(TreePolicy policy) {
        try (TargetModel target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "2");
                DraftModel draft = TinyModels.randomDraft(target, 7);
                PlainReference reference = new PlainReference(target, CONTEXT, true);
                BatchDecoder decoder = BatchDecoder.builder(target)
                        .draft(draft)
                        .policy(policy)
                        .context(CONTEXT)
                        .slots(5)
                        .nodes(31)
                        .promptRows(9)
                        .f32Cache(true)
                        .build()) {
            List<int[]> prompts = Prompts.random(target, 20, 2);
            List<BatchRequest> requests = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                requests.add(decoder.submit(
                        prompts.get(i),
                        GenerationOptions.builder().maxTokens(length(i)).build()));
            }
            int accepted = 0;
            for (int i = 0; i < prompts.size(); i++) {
                Generation generation = requests.get(i).await();
                assertArrayEquals(reference.text(prompts.get(i), length(i)), generation.tokens(), "request " + i);
                accepted += Arrays.stream(generation.statistics().acceptedPerCycle())
                        .sum();
            }
            assertEquals(policy.maxNodes() > 0, accepted > 0, "draft tokens were accepted");
            assertEquals(0, decoder.status().waiting());
        }
    }

    private static int length(int request) {
        return 1 + request * 13 % 50;
    }

    /** Chi-square over all texts of four tokens, drawn with others in flight. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("sampled")
    void sampledTextHasTheTargetsDistribution(TreePolicy policy) {
        SamplerOptions sampler = SamplerOptions.builder().temperature(1).build();
        try (TargetModel target = TinyModels.open(
                        "--vocab",
                        "5",
                        "--seed",
                        "2",
                        "--scale",
                        "1.5",
                        "--embd",
                        "16",
                        "--heads",
                        "2",
                        "--kv-heads",
                        "1",
                        "--ff",
                        "16",
                        "--layers",
                        "3");
                DraftModel draft = TinyModels.randomDraft(target, 3);
                BatchDecoder decoder = BatchDecoder.builder(target)
                        .draft(draft)
                        .policy(policy)
                        .context(64)
                        .slots(IN_FLIGHT)
                        .f32Cache(true)
                        .build()) {
            Outcomes outcomes =
                    Outcomes.enumerate(target, PROMPT, LENGTH, new ReferenceChain(sampler, (text, token) -> true));
            Outcomes.Tally tally = outcomes.tally();
            List<BatchRequest> requests = IntStream.range(0, DRAWS)
                    .mapToObj(seed -> decoder.submit(PROMPT, new GenerationOptions(LENGTH, sampler.withSeed(seed))))
                    .toList();
            int accepted = 0;
            for (BatchRequest request : requests) {
                Generation generation = request.await();
                tally.add(generation.tokens());
                accepted += Arrays.stream(generation.statistics().acceptedPerCycle())
                        .sum();
            }
            assertTrue(accepted > DRAWS / 10, "the walks accepted draft tokens: " + accepted);
            double p = tally.pValue();
            assertTrue(p > 0.001, outcomes.size() + " texts, p = " + p);
            double rowsPerPass =
                    (double) decoder.status().rows() / decoder.status().passes();
            assertTrue(rowsPerPass > IN_FLIGHT / 2.0, "requests share passes: " + rowsPerPass + " rows each");
        }
    }

    static Stream<TreePolicy> sampled() {
        return Stream.of(
                new DynamicTree(3, 2, 6),
                CostAware.cheap(),
                new DynamicTree(3, 2, 6).drawing(DrawnChild.ofDraft()),
                CostAware.cheap().drawing(DrawnChild.ofDraft()));
    }
}
