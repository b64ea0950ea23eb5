package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets whose past can't go back (LFM2 in part, Mamba in all blocks) decode plainly, whatever is asked for. */
class RecurrentTargetTest {
    private static final int[] PROMPT =
            IntStream.range(0, 40).map(i -> 65 + i * 7 % 26).toArray();
    private static final int TOKENS = 24;

    private static TargetModel open(String architecture) {
        return TinyModels.open("--arch", architecture, "--seed", "4");
    }

    private static GenerationOptions options() {
        return GenerationOptions.builder().maxTokens(TOKENS).build();
    }

    private static TreeDecoder decoder(TargetModel target, TreePolicy policy) {
        return TreeDecoder.builder(target).policy(policy).context(512).build();
    }

    private static int[] answer(TreeDecoder decoder, int[] prompt) {
        return beforeEnd(decoder.generate(prompt, options()).tokens());
    }

    /** Without what ends a text: the tiny vocabulary's tokens from 256 to 259 are control tokens. */
    private static int[] beforeEnd(int[] text) {
        return Arrays.stream(text)
                .takeWhile(token -> token < 256 || token > 259)
                .toArray();
    }

    /** Greedy text, one token after the other. */
    private static int[] stepByStep(TargetModel target, int[] prompt) {
        List<Integer> text = new ArrayList<>();
        try (TargetSession session = target.newSession(
                SessionOptions.builder().context(512).sequences(1).build())) {
            int[] next = new int[1];
            for (int i = 0; i < prompt.length + TOKENS - 1; i++) {
                int token = i < prompt.length ? prompt[i] : next[0];
                session.prefill(0, i, new int[] {token}, 0, null, next);
                if (i >= prompt.length - 1) {
                    text.add(next[0]);
                }
            }
        }
        return beforeEnd(text.stream().mapToInt(Integer::intValue).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lfm2", "mamba"})
    void decodesPlainly(String architecture) {
        try (TargetModel target = open(architecture)) {
            assertTrue(target.info().recurrent());
            assertFalse(target.info().tapsSupported());
            int[] expected = stepByStep(target, PROMPT);
            assertTrue(expected.length > 2, "the text ends too soon");
            for (TreePolicy policy : List.of(new NoTree(), new PromptLookup(2, 4))) {
                try (TreeDecoder decoder = decoder(target, policy)) {
                    assertArrayEquals(expected, answer(decoder, PROMPT), policy.name());
                }
            }
        }
    }

    /** A conversation that goes on keeps what is decoded; another text begins anew. */
    @ParameterizedTest
    @ValueSource(strings = {"lfm2", "mamba"})
    void goesOnOrBeginsAnew(String architecture) {
        try (TargetModel target = open(architecture);
                TreeDecoder decoder = decoder(target, new NoTree())) {
            int[] answer = answer(decoder, PROMPT);
            int[] longer = Arrays.copyOf(PROMPT, PROMPT.length + answer.length + 3);
            System.arraycopy(answer, 0, longer, PROMPT.length, answer.length);
            Arrays.fill(longer, PROMPT.length + answer.length, longer.length, 70);
            assertArrayEquals(stepByStep(target, longer), answer(decoder, longer), "goes on");
            int[] other = PROMPT.clone();
            other[30] = 90;
            assertArrayEquals(stepByStep(target, other), answer(decoder, other), "parts from it");
            assertArrayEquals(answer, answer(decoder, PROMPT), "the first again");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lfm2", "mamba"})
    void severalTextsAtOnce(String architecture) {
        try (TargetModel target = open(architecture);
                BatchDecoder decoder = BatchDecoder.builder(target)
                        .policy(new PromptLookup(2, 4))
                        .slots(3)
                        .context(512)
                        .build()) {
            List<int[]> prompts = IntStream.range(0, 5)
                    .mapToObj(i -> Arrays.copyOfRange(PROMPT, i, 20 + 3 * i))
                    .toList();
            List<BatchRequest> requests = prompts.stream()
                    .map(prompt -> decoder.submit(prompt, options()))
                    .toList();
            for (int i = 0; i < prompts.size(); i++) {
                assertArrayEquals(
                        stepByStep(target, prompts.get(i)),
                        beforeEnd(requests.get(i).await().tokens()),
                        "text " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lfm2", "mamba"})
    void hasNoDraft(String architecture) {
        try (TargetModel target = open(architecture)) {
            DraftConfig config = DraftConfig.builder()
                    .vocabulary(IntStream.range(0, 64).toArray())
                    .taps(1, 2, 3)
                    .build();
            GtoException refused = assertThrows(
                    GtoException.class, () -> DraftModel.create(target, config).close());
            assertTrue(refused.getMessage().contains("recurrent"), refused.getMessage());
            assertEquals(GtoException.Kind.FORMAT, refused.kind());
        }
    }
}
