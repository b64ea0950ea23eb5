package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts that a program hands in are checked as those of files are: else a corpus would hold another id than it was
 * asked for.
 */
class WholeTextTest {
    private static void refused(Runnable make, String... named) {
        GtoException e = assertThrows(GtoException.class, make::run);
        assertEquals(GtoException.Kind.ARGUMENT, e.kind());
        for (String name : named) {
            assertTrue(e.getMessage().contains(name), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\uD83D", "\uDE00", "a\0b"})
    void halfCharactersAndZerosAreRefused(String text) {
        refused(() -> new Prompt(text, "general", List.of("a")), "id: expected a text of whole characters");
        refused(() -> new Prompt("p", "general", List.of("a", text)), "prompt p: ");
        refused(() -> new Prompt("p", "general", text, List.of("a")), "prompt p: ");
        refused(() -> new Conversation(text, "general", List.of(ChatMessage.user("a"))), "id: ");
        refused(() -> new PlainText(text, "general", "a"), "id: ");
        refused(() -> new PlainText("p", "general", text), "text 'p': ");
        refused(() -> new TokenText(text, "general", new int[2], new boolean[2]), "id: ");
    }

    @Test
    void blankIdsAndWrongIndexesAreRefused() {
        refused(() -> new Prompt(" ", "general", List.of("a")), "id: expected a text that is not blank");
        refused(
                () -> new Conversation("c", "general", List.of(ChatMessage.user("a")), Set.of(1)),
                "conversation 'c': untrained",
                "found 1");
        refused(() -> new Conversation("c", "general", List.of(ChatMessage.user("a")), Set.of(-1)), "found -1");
        refused(() -> new TokenText("t", "general", new int[3], new boolean[2]), "found 3 and 2");
        refused(() -> new TokenText("t", "general", new int[1], new boolean[1]), "found 1 and 1");
        assertEquals("\uD83D\uDE00", new Prompt("\uD83D\uDE00", "general", List.of("a")).id());
    }
}
