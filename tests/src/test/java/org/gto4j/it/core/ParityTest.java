package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.data.Prompt;
import org.gto4j.it.support.TinyModels;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.lab.parity.Parity;
import org.gto4j.lab.parity.ParityCheck;
import org.gto4j.lab.parity.ParityOptions;
import org.gto4j.lab.parity.ParityResult;
import org.gto4j.lab.parity.Rounding;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Quantization;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.StaticTree;
import org.gto4j.tree.TreeShape;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts of quantised targets with drafts, alone and in batches, beside the bare loop's. Few tokens: a random draft is
 * right now and then.
 */
class ParityTest {
    /** Its rows have the same bits whatever rows are beside them. */
    private static final String EXACT = "CPU-GTO4J";

    private static final String GGML = "CPU";
    private static final int PROMPTS = 6;
    private static final EvalOptions OPTIONS = new EvalOptions(32, false, 3);

    @TempDir
    static Path folder;

    private static Path quantised(Quantization type) {
        Path file = folder.resolve(type + ".gguf");
        TargetModel.requantize(
                TinyModels.target(
                        "--vocab",
                        "40",
                        "--seed",
                        "5",
                        "--scale",
                        "1.5",
                        "--embd",
                        "256",
                        "--ff",
                        "512",
                        "--no-template",
                        "--type",
                        "F32"),
                file,
                type,
                1);
        return file;
    }

    private static List<Dataset> datasets() {
        SplittableRandom random = new SplittableRandom(4);
        return List.of(new Dataset(
                "letters",
                IntStream.range(0, PROMPTS)
                        .mapToObj(i -> new Prompt(
                                "" + i,
                                "",
                                List.of(IntStream.range(0, random.nextInt(1, 40))
                                        .mapToObj(k -> "" + (char) ('a' + random.nextInt(8)))
                                        .collect(Collectors.joining()))))
                        .toList()));
    }

    private static List<Variant> variants(DraftModel draft) {
        return List.of(
                Variant.plain(),
                new Variant("none", Mode.LOOKUP, null, new PromptLookup(2, 5)),
                new Variant("random", Mode.CHAIN, draft, new Chain(3)),
                new Variant("random", Mode.TREE, draft, new DynamicTree(3, 4, 12)),
                new Variant("random", Mode.STATIC, draft, new StaticTree(TreeShape.eagle1())),
                new Variant("random", Mode.COST_AWARE, draft, CostAware.cheap()));
    }

    /** @param known that an earlier run told of */
    private static ParityResult compare(
            String device, Quantization type, double temperature, List<ParityCheck> known, List<ParityCheck> told) {
        try (Device opened = Device.open(device, 1);
                TargetModel target = TargetModel.open(opened, quantised(type));
                DraftModel draft = TinyModels.randomDraft(target, 7);
                Parity parity = new Parity(
                        target,
                        target,
                        variants(draft),
                        datasets(),
                        OPTIONS,
                        new ParityOptions(temperature, List.of(1, 4), true))) {
            ParityResult result = ParityResult.of(parity.run(known, told::add, (done, all) -> true), temperature);
            String printed = result.print(target);
            assertTrue(
                    printed.startsWith("identical: "
                            + (result.checks().size() - result.differences().size()) + " of "
                            + result.checks().size() + " texts\n"),
                    printed);
            assertEquals(2 * variants(draft).size() * PROMPTS, result.checks().size(), printed);
            return result;
        }
    }

    static Stream<Arguments> exact() {
        return Stream.of("Q8_0", "Q4_0", "Q4_K_M")
                .flatMap(type -> Stream.of(Arguments.of(type, 0.0), Arguments.of(type, 1.0)));
    }

    @ParameterizedTest(name = "{0}, temperature {1}")
    @MethodSource("exact")
    void textsAreIdenticalWhereRowsAre(Quantization type, double temperature) {
        List<ParityCheck> told = new ArrayList<>();
        ParityResult result = compare(EXACT, type, temperature, List.of(), told);
        assertEquals(List.of(), result.differences());
        assertEquals(Rounding.NONE, result.rounding(), "nobody asks for the rounding of texts that are identical");
        assertEquals(result.checks(), told);
        assertEquals(12, result.toJson().path("ways").size());
        assertEquals(
                "4 x plain", result.toJson().path("ways").get(1).path("policy").asText());
        assertTrue(result.toJson().path("tokens").asInt() > 10 * result.checks().size(), result.summary());
    }

    @ParameterizedTest(name = "temperature {0}")
    @CsvSource({"0", "1"})
    void whereRowsAreExactNoDifferenceIsExcused(double temperature) {
        List<ParityCheck> known =
                new ArrayList<>(compare(EXACT, Quantization.Q8_0, temperature, List.of(), new ArrayList<>())
                        .checks());
        ParityCheck right = known.get(0);
        known.set(
                0,
                new ParityCheck(
                        right.method(),
                        right.dataset(),
                        right.prompt(),
                        1,
                        1,
                        3,
                        4,
                        temperature > 0 ? 0 : 1e-6,
                        0,
                        Rounding.NONE));
        List<ParityCheck> told = new ArrayList<>();
        ParityResult result = compare(EXACT, Quantization.Q8_0, temperature, known, told);
        assertEquals(
                result.checks().stream()
                        .filter(check -> check.rounding().positions() > 0)
                        .collect(Collectors.toSet()),
                Set.copyOf(told),
                "what has several tokens is told again with its rounding");
        assertTrue(result.rounding().positions() > PROMPTS, result.rounding().toString());
        assertEquals(0, result.rounding().widest());
        assertEquals(1, result.failures().size());
        assertFalse(result.passes());
        assertFalse(told.isEmpty());
        List<ParityCheck> again = new ArrayList<>();
        assertEquals(result, compare(EXACT, Quantization.Q8_0, temperature, result.checks(), again));
        assertEquals(List.of(), again, "what was measured isn't measured again");
    }

    @ParameterizedTest(name = "{0}, temperature {1}")
    @CsvSource({"F32, 0", "Q8_0, 0", "Q8_0, 1", "F16, 1"})
    void ggmlsDifferencesComeWithTheirRounding(Quantization type, double temperature) {
        ParityResult result = compare(GGML, type, temperature, List.of(), new ArrayList<>());
        assertEquals(result.differences().isEmpty(), result.rounding().equals(Rounding.NONE), result.summary());
        assertTrue(temperature == 0 || result.widestGap() == 0, "draws have no gaps");
        System.out.println(type + ", temperature " + temperature + ": " + result.summary());
    }
}
