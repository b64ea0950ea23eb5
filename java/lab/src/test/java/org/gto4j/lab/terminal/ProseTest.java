package org.gto4j.lab.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.gto4j.lab.figure.LineBreaks;
import org.junit.jupiter.api.Test;

class ProseTest {
    private static final String SENTENCES =
            "Measured on 24 questions that training never saw, at most 64 tokens each, at "
                    + "temperature 0: 47.6 tokens a second with the draft, 41.8 without.";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Console console(boolean resultsToTerminal, boolean terminal) {
        return new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Interruption(),
                false,
                resultsToTerminal,
                terminal);
    }

    private static List<String> lines(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aTerminalGetsLinesThatItNeedNotBreak() {
        Console console = console(true, true);
        console.tell(SENTENCES);
        console.say(SENTENCES);
        for (List<String> printed : List.of(lines(out), lines(err))) {
            assertEquals(2, printed.size(), printed.toString());
            printed.forEach(line -> assertTrue(line.length() <= LineBreaks.TERMINAL, line));
            assertEquals(SENTENCES, String.join(" ", printed));
        }
    }

    @Test
    void aPipeGetsOneLine() {
        Console console = console(false, false);
        console.tell(SENTENCES);
        console.say(SENTENCES);
        assertEquals(List.of(SENTENCES), lines(out));
        assertEquals(List.of(SENTENCES), lines(err));
    }

    @Test
    void eitherStreamMayBeAPipe() {
        Console console = console(false, true);
        console.tell(SENTENCES);
        console.say(SENTENCES);
        assertEquals(1, lines(out).size());
        assertEquals(2, lines(err).size());
    }

    @Test
    void longValuesGoOnBelowTheirBegin() {
        console(true, true)
                .facts(Stream.of("name            " + "word ".repeat(20).strip(), "other           value"));
        List<String> printed = lines(out);
        assertEquals(3, printed.size(), printed.toString());
        assertTrue(printed.get(0).startsWith("name            word ")
                && printed.get(0).length() <= LineBreaks.TERMINAL);
        assertTrue(printed.get(1).startsWith(" ".repeat(16) + "word "), printed.get(1));
        assertEquals("other           value", printed.get(2));
    }

    @Test
    void aLongWordHasALineButNoEmptyOneBefore() {
        String word = "x".repeat(100);
        assertEquals(List.of("  " + word, " and", " " + word), Prose.lines(word + " and " + word, 2, 1));
    }

    @Test
    void whatWouldSteerATerminalIsStillShown() {
        console(true, true).tell("a \u001b[2J b");
        assertEquals(List.of("a \\u001b[2J b"), lines(out));
    }
}
