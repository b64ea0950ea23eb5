package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Text and tokens, on a vocabulary of bytes. */
class TextTest {
    private static TargetModel target;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "320", "--seed", "3");
    }

    @AfterAll
    static void close() {
        target.close();
    }

    @Test
    void tokensAndBack() {
        String text = "naïve € 漢字 😀 zero\0byte";
        int[] tokens = target.tokenize(text, false, false);
        assertTrue(tokens.length > text.length());
        assertEquals(text, target.text(tokens));
        int[] withBos = target.tokenize(text, true, false);
        assertEquals(target.info().bos(), withBos[0]);
        assertArrayEquals(tokens, Arrays.copyOfRange(withBos, 1, withBos.length));
        assertEquals(text, target.text(withBos), "control tokens have no text");
        assertEquals("", target.text());
        assertArrayEquals(
                "<s>".getBytes(StandardCharsets.UTF_8),
                target.tokenBytes(target.info().bos(), true));
        assertTrue(target.isEnd(target.info().eos()));
        assertFalse(target.isEnd(5000));
    }

    @Test
    void chatHasOneBos() {
        List<ChatMessage> messages = List.of(ChatMessage.system("be brief"), ChatMessage.user("grüß dich"));
        String text = target.chat(messages, true);
        assertTrue(target.chatTemplate().isPresent());
        assertTrue(text.contains("grüß dich") && text.endsWith("assistant\n"), text);
        int[] tokens = target.chatTokens(messages, true);
        assertEquals(
                1,
                Arrays.stream(tokens)
                        .filter(token -> token == target.info().bos())
                        .count());
        assertEquals(target.info().bos(), tokens[0]);
        assertTrue(Arrays.stream(tokens)
                .anyMatch(token ->
                        new String(target.tokenBytes(token, true), StandardCharsets.UTF_8).equals("<|im_start|>")));
    }

    @Test
    void streamedTextIsTheText() {
        int pieces = 0;
        try (TreeDecoder decoder = TreeDecoder.builder(target).context(256).build()) {
            for (int seed = 0; seed < 10; seed++) {
                List<String> heard = new ArrayList<>();
                var options = new GenerationOptions(
                        60,
                        SamplerOptions.builder().temperature(1.5f).seed(seed).build());
                var generation = decoder.generate(target.tokenize("hello", true, false), options, heard::add);
                assertEquals(generation.text(), String.join("", heard));
                assertEquals(target.text(generation.tokens()), generation.text());
                assertFalse(heard.contains(""));
                pieces += heard.size();
            }
            assertTrue(pieces > 50);
            var chat = decoder.chat(
                    List.of(ChatMessage.user("hi")),
                    GenerationOptions.builder().maxTokens(5).build(),
                    text -> {});
            assertEquals(5, chat.tokens().length);
        }
    }
}
