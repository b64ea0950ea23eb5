package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFileTest {
    @TempDir
    Path folder;

    private List<Prompt> read(String text) throws IOException {
        Path file = folder.resolve("some.jsonl");
        Files.writeString(file, text);
        return PromptFile.read(file);
    }

    @Test
    void everyForm() throws IOException {
        List<Prompt> prompts = read("""
            \uFEFF{"id": "one", "category": "math", "prompt": "1 + 1?"}

            {"question_id": 81, "turns": ["first", "second"], "reference": ["x"]}
            {"messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}, {"role": "user", "content": "bye"}]}
            {"conversations": [{"from": "human", "value": "what?"}, {"from": "gpt", "value": "that"}]}
            {"conversations": [{"role": "user", "content": "ä\\n€"}], "system": "be brief"}
            """);
        assertEquals(new Prompt("one", "math", List.of("1 + 1?")), prompts.get(0));
        assertEquals(new Prompt("81", "general", List.of("first", "second")), prompts.get(1));
        assertEquals(new Prompt("some-4", "general", "be kind", List.of("hi", "bye")), prompts.get(2));
        assertEquals(List.of("what?"), prompts.get(3).turns());
        assertNull(prompts.get(3).system());
        assertEquals(new Prompt("some-6", "general", "be brief", List.of("ä\n€")), prompts.get(4));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"prompt": "a"                             | an end within it
        {"prompt": "a"} x                          | x
        [1, 2]                                     | a JSON object
        "text"                                     | a JSON object
        {}                                         | no field
        {"question": "a"}                          | only [question]
        {"prompt": ""}                             | "prompt" to be a text that is not blank
        {"prompt": ["a"]}                          | ["a"]
        {"turns": []}                              | "turns" to be an array that is not empty
        {"turns": ["a", " "]}                      | each of "turns"
        {"turns": "a"}                             | array
        {"messages": [{"content": "a"}]}           | a role
        {"messages": [{"role": "user"}]}           | a content
        {"messages": [{"role": "assistant", "content": "a"}]} | a turn of the user
        {"conversations": [{"from": "human", "value": 3}]}    | found '3'
        {"id": [1], "prompt": "a"}                 | "id" to be a text or a whole number
        {"id": "first", "prompt": "a"}             | used on line 1
        """)
    void errorsNameFileAndLine(String line, String expected) {
        GtoException e = assertThrows(
                GtoException.class,
                () -> read("{\"id\": \"first\", \"prompt\": \"good\"}\n\n" + line + "\n{\"prompt\": \"good\"}\n"));
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(e.getMessage().contains("some.jsonl line 3: expected"), e.getMessage());
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    @Test
    void emptyAndMissingFiles() {
        assertTrue(assertThrows(GtoException.class, () -> read(" \n\n"))
                .getMessage()
                .contains("empty file"));
        GtoException missing = assertThrows(GtoException.class, () -> PromptFile.read(folder.resolve("none.jsonl")));
        assertEquals(GtoException.Kind.IO, missing.kind());
        assertTrue(missing.getMessage().contains("none.jsonl"), missing.getMessage());
    }

    @Test
    void messagesOfALaterTurnHoldTheAnswersBefore() {
        Prompt prompt = new Prompt("p", "general", "sys", List.of("u1", "u2"));
        assertEquals(
                "[system:sys, user:u1, assistant:a1, user:u2]",
                prompt.messages(List.of("a1")).stream()
                        .map(m -> m.role() + ":" + m.content())
                        .toList()
                        .toString());
    }
}
