package org.gto4j.lab.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParityLogTest {
    private static final ObjectNode RUN =
            JsonNodeFactory.instance.objectNode().put("file", "model.gguf").put("threads", 2);

    @TempDir
    Path folder;

    /** Opened as a log, what isn't a whole line of one would be cut off. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "notes",
                "notes\n",
                "notes\nmore notes",
                "[1, 2]",
                "42",
                "\n",
                "{\"prompt\": \"one\"}\n",
                "{\"prompt\": \"one\"}",
                "{file",
                "\u0000\u0001"
            })
    void somebodysFileStaysAsItIs(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), text);
        GtoException e = assertThrows(GtoException.class, () -> ParityLog.open(file, RUN));
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(e.getMessage().startsWith(file + ": expected comparisons of "), e.getMessage());
        assertEquals(text, Files.readString(file));
    }

    @Test
    void aTornOrEmptyLogIsBegunAgain() throws IOException {
        String first = RUN + "\n";
        for (int length : new int[] {0, 1, first.length() / 2, first.length() - 1, first.length()}) {
            Path file = Files.writeString(folder.resolve("log.jsonl"), first.substring(0, length));
            try (ParityLog log = ParityLog.open(file, RUN)) {
                assertTrue(log.known().isEmpty());
            }
            assertEquals(first, Files.readString(file));
        }
    }
}
