package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A decoder that keeps what texts share says the same as one that starts from nothing. */
class ConversationTest {
    private static final GenerationOptions GREEDY =
            GenerationOptions.builder().maxTokens(24).build();

    private static TargetModel target;
    private static DraftModel draft;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "320", "--seed", "3");
        draft = TinyModels.randomDraft(target, 7);
    }

    @AfterAll
    static void close() {
        draft.close();
        target.close();
    }

    static Stream<TreePolicy> policies() {
        return Stream.of(
                new NoTree(), new DynamicTree(3, 3, 8), CostAware.cheap(), CostAware.dear(), new PromptLookup(2, 4));
    }

    private static TreeDecoder decoder(TreePolicy policy) {
        return TreeDecoder.builder(target)
                .draft(draft)
                .policy(policy)
                .context(512)
                .f32Cache(true)
                .build();
    }

    private static Generation fresh(TreePolicy policy, int[] prompt) {
        try (TreeDecoder decoder = decoder(policy)) {
            return decoder.generate(prompt, GREEDY);
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void turnsKeepTheConversation(TreePolicy policy) {
        List<ChatMessage> messages = new ArrayList<>(List.of(ChatMessage.system("be brief")));
        try (TreeDecoder decoder = decoder(policy)) {
            int[] last = {};
            for (int turn = 0; turn < 4; turn++) {
                messages.add(ChatMessage.user("question " + turn));
                int[] prompt = target.chatTokens(messages, true);
                Generation answer = decoder.generate(prompt, GREEDY);
                assertArrayEquals(fresh(policy, prompt).tokens(), answer.tokens(), "turn " + turn);
                assertTrue(
                        answer.statistics().promptKept() >= Math.max(0, last.length - 1),
                        turn + ": " + answer.statistics().promptKept());
                messages.add(ChatMessage.assistant(answer.text().replace("\0", "")));
                last = prompt;
            }
        }
    }

    /** Prompts that share some of the last text, all of it or nothing. */
    @ParameterizedTest
    @MethodSource("policies")
    void anyOtherTextMayFollow(TreePolicy policy) {
        SplittableRandom random = new SplittableRandom(2);
        int[] text = {256, 104, 105};
        int kept = 0;
        try (TreeDecoder decoder = decoder(policy)) {
            for (int i = 0; i < 25; i++) {
                int[] prompt = Arrays.copyOf(text, 1 + random.nextInt(text.length));
                for (int more = random.nextInt(5); more > 0; more--) {
                    prompt = Arrays.copyOf(prompt, prompt.length + 1);
                    prompt[prompt.length - 1] = random.nextInt(256);
                }
                Generation answer = decoder.generate(prompt, GREEDY);
                assertArrayEquals(fresh(policy, prompt).tokens(), answer.tokens(), "prompt " + i);
                kept += answer.statistics().promptKept();
                assertTrue(answer.statistics().promptKept() < prompt.length);
                text = Arrays.copyOf(prompt, prompt.length + answer.tokens().length);
                System.arraycopy(answer.tokens(), 0, text, prompt.length, answer.tokens().length);
                if (text.length > 300) {
                    text = new int[] {256, 106};
                }
                if (i % 7 == 3) {
                    Assertions.assertThrows(GtoException.class, () -> decoder.generate(new int[] {256, 5000}, GREEDY));
                }
            }
        }
        assertTrue(kept > 100, "kept " + kept);
        assertEquals(0, fresh(policy, text).statistics().promptKept());
    }
}
