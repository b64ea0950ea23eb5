package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.gto4j.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
    @TempDir
    Path folder;

    private List<Integer> reopen(Path file, int next) {
        List<Integer> seen = new ArrayList<>();
        try (JsonLines lines = JsonLines.open(file, (object, line) -> seen.add(object.path("n").asInt()))) {
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
        assertTrue(e.getMessage().contains("lines.jsonl line 2") && e.getMessage().contains("{broken"), e.getMessage());
        assertEquals("{\"n\":1}\n{broken\n{\"n\":3}\n", Files.readString(file));
    }

    @Test
    void visitorCutsTheFile() throws IOException {
        Path file = folder.resolve("lines.jsonl");
        Files.writeString(file, "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
        try (JsonLines lines = JsonLines.open(file, (object, line) -> object.path("n").asInt() < 2)) {
            lines.append(JsonNodeFactory.instance.objectNode().put("n", 9));
        }
        assertEquals("{\"n\":1}\n{\"n\":9}\n", Files.readString(file));
    }
}
