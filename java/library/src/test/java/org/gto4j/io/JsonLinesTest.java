package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
    @TempDir
    Path folder;

    private List<Integer> reopen(Path file, int next) {
        List<Integer> seen = new ArrayList<>();
        try (JsonLines lines =
                JsonLines.open(file, (object, line) -> seen.add(object.path("n").asInt()))) {
            lines.append(JsonNodeFactory.instance.objectNode().put("n", next));
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"n\": 3", "{\"n\": 3}", "{\"n\":\n", "[1]\n", "\u0000\u0000\u0000\n", "x"})
    void tornTailIsCutAndTheFileGoesOn(String tail) throws IOException {
        Path file = folder.resolve("deep/lines.jsonl");
        assertEquals(List.of(), reopen(file, 1));
        assertEquals(List.of(1), reopen(file, 2));
        Files.writeString(file, Files.readString(file) + tail);
        assertEquals(List.of(1, 2), reopen(file, 4));
        assertEquals(List.of(1, 2, 4), reopen(file, 5));
        assertEquals("{\"n\":1}\n{\"n\":2}\n{\"n\":4}\n{\"n\":5}\n", Files.readString(file));
    }

    @Test
    void brokenLineInTheMiddleIsAnErrorThatNamesIt() throws IOException {
        Path file = folder.resolve("lines.jsonl");
        Files.writeString(file, "{\"n\":1}\n{broken\n{\"n\":3}\n");
        GtoException e = assertThrows(GtoException.class, () -> reopen(file, 4));
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(
                e.getMessage().contains("lines.jsonl line 2") && e.getMessage().contains("{broken"), e.getMessage());
        assertEquals("{\"n\":1}\n{broken\n{\"n\":3}\n", Files.readString(file));
    }

    @Test
    void visitorCutsTheFile() throws IOException {
        Path file = folder.resolve("lines.jsonl");
        Files.writeString(file, "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
        try (JsonLines lines =
                JsonLines.open(file, (object, line) -> object.path("n").asInt() < 2)) {
            lines.append(JsonNodeFactory.instance.objectNode().put("n", 9));
        }
        assertEquals("{\"n\":1}\n{\"n\":9}\n", Files.readString(file));
    }

    private List<Integer> repaired(Path file) {
        List<Integer> seen = new ArrayList<>();
        try (JsonLines lines = JsonLines.openRepairing(file, (object, line) -> {
            if (!object.path("n").isInt()) {
                throw new GtoException(GtoException.Kind.FORMAT, "no number");
            }
            return object.path("n").asInt() < 90 && seen.add(object.path("n").asInt());
        })) {
            lines.append(JsonNodeFactory.instance.objectNode().put("n", 7));
        }
        return seen;
    }

    @Test
    void linesThatCanBeMadeAgainAreLeftOutAndKeptBeside() throws IOException {
        Path file = folder.resolve("lines.jsonl");
        byte[] garbage = {(byte) 0xFE, (byte) 0xFF, 0, 1, '\n'};
        String before = "{\"n\":1}\n{broken\n\n{\"n\":\"x\"}\n{\"n\":3}\nnull\n";
        Files.writeString(file, before);
        Files.write(file, garbage, StandardOpenOption.APPEND);
        Files.writeString(file, "{\"n\":4}\n{\"n\":99}\n{\"n\":5}\n{\"n\":", StandardOpenOption.APPEND);
        byte[] whole = Files.readAllBytes(file);
        assertEquals(List.of(1, 3, 4), repaired(file));
        assertEquals("{\"n\":1}\n{\"n\":3}\n{\"n\":4}\n{\"n\":7}\n", Files.readString(file));
        assertArrayEquals(whole, Files.readAllBytes(folder.resolve("lines.jsonl.damaged")));
        assertEquals(List.of(1, 3, 4, 7), repaired(file));
    }

    @Test
    void aFolderInItsPlaceIsMovedAside() throws IOException {
        Path file = folder.resolve("lines.jsonl");
        Files.createDirectories(file.resolve("inside"));
        assertEquals(List.of(), repaired(file));
        assertEquals("{\"n\":7}\n", Files.readString(file));
        assertTrue(Files.isDirectory(folder.resolve("lines.jsonl.damaged/inside")));
    }

    /**
     * A lock may be missing (a file system without them): a second writer is noticed all the same, and nothing is
     * written into its lines.
     */
    @Test
    void whatAnotherProcessWroteIsNoticed() throws IOException {
        Path file = folder.resolve("lines.jsonl");
        try (JsonLines lines = JsonLines.open(file, (object, line) -> true)) {
            lines.append(JsonNodeFactory.instance.objectNode().put("n", 1));
            GtoException second = assertThrows(GtoException.class, () -> JsonLines.open(file, (object, line) -> true));
            assertTrue(second.getMessage().contains("lines.jsonl is being written"), second.getMessage());
            Files.writeString(file, "{\"n\":2}\n", StandardOpenOption.APPEND);
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> lines.append(JsonNodeFactory.instance.objectNode().put("n", 3)));
            assertTrue(e.getMessage().contains("expected 8 bytes, found 16"), e.getMessage());
        }
        assertEquals("{\"n\":1}\n{\"n\":2}\n", Files.readString(file));
    }

    /** Half a line may be cut off and another one written while a reader stands before it. */
    @Test
    void aReaderLooksAtNothingBehindTheLastNewline() throws IOException {
        Path file = folder.resolve("lines.jsonl");
        String big = "{\"n\":1,\"pad\":\"" + "x".repeat(200_000) + "\"}\n";
        Files.writeString(file, big + "{\"n\":2,\"torn\":");
        List<Integer> seen = new ArrayList<>();
        JsonLines.read(file, (object, line) -> {
            seen.add(object.path("n").asInt());
            try {
                Files.writeString(file, big + "{\"n\":3}\n{\"n\":4}\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        });
        assertEquals(List.of(1), seen);
    }
}
