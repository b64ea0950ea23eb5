package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.data.Reasoning;
import org.gto4j.error.GtoException;
import org.gto4j.error.GtoException.Kind;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model reads what was said, whole and in its place, or the caller is told. */
class SaidTextTest {
    private static final String VOCABULARY = "320";

    private static void refused(Kind kind, Runnable call, String... named) {
        GtoException e = assertThrows(GtoException.class, call::run);
        assertEquals(kind, e.kind(), e.getMessage());
        for (String name : named) {
            assertTrue(e.getMessage().contains(name), name + " is not named in: " + e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut \uD83D", "\uDE00 low", "\uDE00\uD83D", "a\uD83Db"})
    void halfCharactersAreRefusedWhereverTextComesIn(String text) {
        try (TargetModel target = TinyModels.open("--vocab", VOCABULARY)) {
            refused(
                    Kind.ARGUMENT,
                    () -> target.tokenize(text, true, true),
                    "text: expected a text of whole characters",
                    "U+D");
            refused(Kind.ARGUMENT, () -> ChatMessage.user(text), "content of a chat message", "at index");
            refused(
                    Kind.ARGUMENT,
                    () -> SamplerOptions.builder()
                            .grammar("root ::= \"" + text + "\"")
                            .build(),
                    "grammar");
            refused(
                    Kind.ARGUMENT,
                    () -> GenerationOptions.builder().stopStrings("ok", text).build(),
                    "stop string");
            refused(Kind.ARGUMENT, () -> new Reasoning(true, "<think>", text), "tags of reasoning");
            String whole = "whole \uD83D\uDE00 and \uFFFD";
            assertEquals(whole, target.text(target.tokenize(whole, false, false)));
            assertTrue(target.chat(List.of(ChatMessage.user(whole)), true).contains(whole));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"narrator", "Human", "User", "", " ", "user ", "us\uD83Der", "user\n", "<|im_end|>", "us\0er"})
    void otherRolesAreRefused(String role) {
        refused(
                Kind.ARGUMENT,
                () -> new ChatMessage(role, "a"),
                "role of a chat message: expected one of [system, user, assistant, tool");
    }

    @Test
    void nothingIsNoConversation() {
        try (TargetModel target = TinyModels.open("--vocab", VOCABULARY)) {
            refused(Kind.ARGUMENT, () -> target.chat(List.of(), true), "expected at least 1");
            List<ChatMessage> holes = new ArrayList<>();
            holes.add(ChatMessage.user("a"));
            holes.add(null);
            assertEquals(
                    "messages[1]",
                    assertThrows(NullPointerException.class, () -> target.chat(holes, true))
                            .getMessage());
            refused(Kind.ARGUMENT, () -> ChatMessage.user("a\0b"), "U+0000");
            refused(
                    Kind.ARGUMENT,
                    () -> SamplerOptions.builder().grammar("root ::= \"a\"\0").build(),
                    "U+0000");
        }
    }

    private static ChatMessage message(String letter) {
        return switch (letter) {
            case "s" -> ChatMessage.system("a");
            case "u" -> ChatMessage.user("a");
            case "a" -> ChatMessage.assistant("a");
            default -> new ChatMessage("tool", "a");
        };
    }

    /**
     * The contents are the same letter, which stands in the template's own words, too: only places can tell that one is
     * missing.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        chatml     | s u a s u a   | good
        chatml     | u a t a       | good
        llama3     | u a s u       | good
        gemma      | s u a s u     | good
        gemma      | u a s         | message 3 of 3, of role system: leaves it out
        gemma      | u s a u       | message 3 of 4, of role assistant: moves it
        gigachat   | s u           | good
        gigachat   | u a s u       | message 3 of 4, of role system: leaves it out
        gigachat   | u t a         | message 2 of 3, of role tool: leaves it out
        vicuna     | s u a         | good
        vicuna     | u t a         | message 2 of 3, of role tool: leaves it out
        mistral-v1 | s u a u       | good
        mistral-v1 | u t a         | message 2 of 3, of role tool: writes it as a turn of the assistant
        llama2-sys | u t           | message 2 of 2, of role tool: writes it as a turn of the assistant
        hunyuan-moe | u t          | message 2 of 2, of role tool: writes it as a turn of the user
        yandex     | s u           | message 1 of 2, of role system: leaves it out
        """)
    void whatATemplateDoesNotWriteIsRefused(String template, String letters, String expected) {
        List<ChatMessage> messages =
                Arrays.stream(letters.split(" ")).map(SaidTextTest::message).toList();
        try (TargetModel target = TinyModels.open("--vocab", VOCABULARY, "--template", template)) {
            if (expected.equals("good")) {
                assertTrue(target.chat(messages, true).length() > messages.size());
                assertTrue(target.chatTokens(messages, true).length > 0);
            } else {
                String[] parts = expected.split(": ");
                refused(
                        Kind.FORMAT,
                        () -> target.chat(messages, true),
                        parts[0],
                        parts[1],
                        target.path().toString());
                refused(Kind.FORMAT, () -> target.chatTokens(messages, true), parts[0], parts[1]);
            }
        }
    }
}
