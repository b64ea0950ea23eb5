package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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

class SourceFileTest {
    private static final int VOCABULARY = 100;

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("some.jsonl"), text);
    }

    private static SourceTexts<SourceText> kept(Path file, OnBrokenLine onBroken) {
        return SourceFile.read(file, onBroken, (text, error) -> SourceUse.kept(text, VOCABULARY, error));
    }

    private static String roles(SourceText text) {
        return ((Conversation) text)
                .messages().stream()
                        .map(message -> message.role() + ":" + message.content())
                        .toList()
                        .toString();
    }

    @Test
    void everyFormWithAnswersIsKept() throws IOException {
        List<SourceText> texts = kept(file("""
            {"id": "gpt", "conversations": [{"from": "system", "value": ""}, {"from": "human", "value": "what?"}, {"from": "gpt", "value": "that"}]}
            {"messages": [{"role": "developer", "content": "s"}, {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, {"role": "assistant", "content": "c"}, {"role": "tool", "content": "t"}, {"role": "assistant", "content": "d"}]}
            {"text": "once upon a time", "category": "tale"}
            {"input_ids": [1, 2, 3, 4], "loss_mask": [0, 0, 1, 1]}
            {"input_ids": [1, 2], "loss_mask": [true, true]}
            {"input_ids": [5, 6, 7]}
            """), OnBrokenLine.FAIL).texts();
        assertEquals("[user:what?, assistant:that]", roles(texts.get(0)));
        assertEquals("[system:s, user:a\nb, assistant:c, tool:t, assistant:d]", roles(texts.get(1)));
        assertEquals(new PlainText("some-3", "tale", "once upon a time"), texts.get(2));
        assertArrayEquals(new boolean[] {false, false, true, true}, ((TokenText) texts.get(3)).lossMask());
        assertArrayEquals(new int[] {1, 2, 3, 4}, ((TokenText) texts.get(3)).tokens());
        assertArrayEquals(new boolean[] {true, true, true}, ((TokenText) texts.get(5)).lossMask());
    }

    @Test
    void aTextFileIsOneText() throws IOException {
        Path tale = Files.writeString(folder.resolve("tale.txt"), "once\n\nupon {a} time\n");
        assertEquals(
                List.of(new PlainText("tale", "general", "once\n\nupon {a} time\n")),
                kept(tale, OnBrokenLine.FAIL).texts());
        assertTrue(assertThrows(GtoException.class, () -> SourceFile.prompts(tale, OnBrokenLine.FAIL))
                .getMessage()
                .contains("tale.txt line 1: expected a prompt"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"prompt": "a"}                                          | that are not blank, as they are to be kept, found none
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": null}]} | found a blank one
        {"conversations": [{"from": "gpt", "value": "a"}]}       | a turn of the user before the first answer
        {"conversations": [{"from": "alien", "value": "a"}]}     | found 'alien'
        {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]} | content parts of type text
        {"text": " "}                                            | "text" to be a text that is not blank
        {"prompt": "a\\u0000b"}                                  | without U+0000
        {"input_ids": [1]}                                       | at least 2 "input_ids"
        {"input_ids": [1, 2.5]}                                  | whole number of at least 0, found '2.5' at index 1
        {"input_ids": [1, 100]}                                  | a token of the target, 0..99, found 100 at index 1
        {"input_ids": [1, 2], "loss_mask": [1]}                  | as many "loss_mask" as "input_ids" (2), found 1
        {"input_ids": [1, 2], "loss_mask": [1, 2]}               | 0 or 1, found '2' at index 1
        {"input_ids": [1, 2], "loss_mask": [1, 0]}               | that a token after the first is trained, found none
        """)
    void linesThatCannotBeKeptAreNamed(String line, String expected) throws IOException {
        Path file = file("{\"text\": \"good\"}\n" + line + "\n");
        GtoException e = assertThrows(GtoException.class, () -> kept(file, OnBrokenLine.FAIL));
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(
                e.getMessage().contains("some.jsonl line 2: expected")
                        && e.getMessage().contains(expected),
                e.getMessage());
        SourceTexts<SourceText> skipped = kept(file, OnBrokenLine.SKIP);
        assertEquals(1, skipped.texts().size());
        assertEquals(List.of(e.getMessage()), skipped.broken());
    }

    @Test
    void brokenLinesCanBeSkippedButNotAll() throws IOException {
        SourceTexts<Prompt> read = SourceFile.prompts(
                file(
                        "{\"id\": 1, \"prompt\": \"a\"}\n{broken\n{\"text\": \"t\"}\n{\"id\": 1, \"prompt\": \"b\"}\n{\"prompt\": \"c\"}\n"),
                OnBrokenLine.SKIP);
        assertEquals(
                List.of("1", "some-5"), read.texts().stream().map(Prompt::id).toList());
        assertEquals(3, read.broken().size());
        assertTrue(
                read.broken().get(0).contains("line 2")
                        && read.broken().get(2).contains("line 4: expected ids that differ"),
                read.broken().toString());
        Path bad = file("{broken\n{\"x\": 1}\n");
        GtoException e = assertThrows(GtoException.class, () -> SourceFile.prompts(bad, OnBrokenLine.SKIP));
        assertTrue(
                e.getMessage().contains("all 2 lines are broken; the first: ")
                        && e.getMessage().contains("line 1"),
                e.getMessage());
    }

    @Test
    void toolTurnsCannotBeAnsweredAgain() throws IOException {
        Path file = file(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"tool\", \"content\": \"t\"}]}\n");
        assertTrue(assertThrows(GtoException.class, () -> SourceFile.prompts(file, OnBrokenLine.FAIL))
                .getMessage()
                .contains("found a tool's"));
        assertEquals(
                "[user:a, tool:t]",
                roles(SourceFile.read(
                                file, OnBrokenLine.FAIL, (text, error) -> SourceUse.known(text, VOCABULARY, error))
                        .texts()
                        .get(0)));
    }
}
