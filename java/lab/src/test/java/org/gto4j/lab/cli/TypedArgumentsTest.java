package org.gto4j.lab.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TypedArgumentsTest {
    private static final String[] WORDS = {"generate", "-p", "Größe 日本語 👋", "--out", "?"};

    /** The process's arguments: a Java's own, then words in the encoding of the terminal. */
    private static List<byte[]> typed(Charset terminal, String... words) {
        return Stream.concat(Stream.of("java", "-cp", "x.jar", "Main"), Arrays.stream(words))
                .map(word -> word.getBytes(terminal))
                .toList();
    }

    /** What Java makes of bytes. */
    private static String[] decoded(Charset locale, Charset terminal, String... words) {
        return Arrays.stream(words)
                .map(word -> new String(word.getBytes(terminal), locale))
                .toArray(String[]::new);
    }

    @Test
    void whatTheLocaleLosesIsReadAsUtf8() {
        for (Charset locale : List.of(US_ASCII, ISO_8859_1, UTF_8)) {
            String[] words = locale == ISO_8859_1 ? new String[] {"-p", "plain"} : WORDS;
            assertArrayEquals(
                    words,
                    TypedArguments.of(decoded(locale, UTF_8, words), locale, typed(UTF_8, words)),
                    locale.toString());
        }
    }

    @Test
    void whatTheLocaleReadsStays() {
        String[] words = {"-p", "Größe"};
        assertArrayEquals(words, TypedArguments.of(words, ISO_8859_1, typed(ISO_8859_1, words)));
        String[] replaced = {"-p", "a real \uFFFD"};
        assertArrayEquals(replaced, TypedArguments.of(replaced, UTF_8, typed(UTF_8, replaced)));
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        for (Charset locale : List.of(US_ASCII, UTF_8)) {
            UsageException e = assertThrows(
                    UsageException.class,
                    () -> TypedArguments.of(
                            decoded(locale, ISO_8859_1, "-p", "Größe"), locale, typed(ISO_8859_1, "-p", "Größe")));
            assertTrue(e.getMessage().startsWith("argument 2, 'Gr"), e.getMessage());
        }
    }

    /** Of another program, or of a system that doesn't tell them. */
    @Test
    void withoutTheBytesLostCharactersAreRefused() {
        String[] lost = decoded(US_ASCII, UTF_8, "-p", "Größe");
        for (List<byte[]> other : List.of(List.<byte[]>of(), typed(UTF_8, "--other", "Größe"))) {
            assertThrows(UsageException.class, () -> TypedArguments.of(lost, US_ASCII, other));
            assertArrayEquals(new String[] {"-p", "x"}, TypedArguments.of(new String[] {"-p", "x"}, US_ASCII, other));
        }
    }
}
