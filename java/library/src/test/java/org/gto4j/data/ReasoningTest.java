package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Collectors;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasoningTest {
    private static final FakeChat CHAT = new FakeChat((messages, add) -> "", List.of("<think>", "</", "k>z"), "<e>");

    private static String trained(Reasoning reasoning, String prompt, String response) {
        int[] tokens = CHAT.tokens(prompt + response);
        ResponseSpan span = new ResponseSpan(CHAT.tokens(prompt).length, tokens.length);
        return reasoning.trained(CHAT, tokens, span).stream()
                .map(part -> CHAT.spell(tokens, part.start(), part.end()))
                .collect(Collectors.joining("|"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "q:; answer; answer",
                "q:; <think>why</think>answer; answer",
                "q:; a<think>b</think>c<think>d</think>e; a|c|e",
                "q:; why</think>answer; answer",
                "q:<think>; why</think>answer; answer",
                "q:<think>; <think>why</think>answer; answer",
                "q:; a<think>never closed; a",
                "q:<think>; never closed; ''",
                "q:; <think>why</thinkk>z</think>z; ''",
                "q:; <think>ä€</think>ö; ö",
            })
    void droppedReasoningIsNotTrained(String prompt, String response, String expected) {
        assertEquals(expected, trained(Reasoning.drop(), prompt, response));
        assertEquals(response, trained(Reasoning.keep(), prompt, response));
    }

    @Test
    void otherTagsAndAnswersWithoutReasoning() {
        assertEquals("c", trained(new Reasoning(false, "[", "]"), "q", "[b]c"));
        int[] tokens = CHAT.tokens("q<think>b</think>c d");
        assertEquals(
                "c d", CHAT.spell(Reasoning.keep().answer(CHAT, tokens, new ResponseSpan(1, tokens.length)), 0, 3));
        assertThrows(GtoException.class, () -> new Reasoning(true, "", "x"));
    }

    @Test
    void keptReasoningIsOneSpan() {
        assertEquals(
                List.of(new ResponseSpan(1, 9)),
                Reasoning.keep().trained(CHAT, CHAT.tokens("q<think>12345678"), new ResponseSpan(1, 9)));
    }
}
