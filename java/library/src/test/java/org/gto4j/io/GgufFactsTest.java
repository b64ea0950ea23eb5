package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufFactsTest {
    @TempDir
    Path folder;

    private final ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    private void string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.putLong(utf8.length).put(utf8);
    }

    /** A draft's head: a text, a number, a short array, a long array, and one tensor. */
    private byte[] draft() {
        bytes.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putLong(1)
                .putLong(4);
        string("general.architecture");
        bytes.putInt(8);
        string("eagle3");
        string("eagle3.embedding_length");
        bytes.putInt(4).putInt(576);
        string("eagle3.target_layers");
        bytes.putInt(9).putInt(5).putLong(3).putInt(2).putInt(15).putInt(27);
        string("tokenizer.ggml.scores");
        bytes.putInt(9).putInt(6).putLong(40);
        for (int i = 0; i < 40; i++) {
            bytes.putFloat(i);
        }
        string("d2t");
        bytes.putInt(1).putLong(8192).putInt(27).putLong(0);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("file.gguf"), content);
    }

    @Test
    void aDraftsFactsAreShown() throws IOException {
        GgufFacts facts = GgufFacts.read(file(draft()));
        assertTrue(facts.isDraft());
        String lines = String.join("\n", facts.lines());
        assertTrue(lines.contains("eagle3 (a draft)"), lines);
        assertTrue(lines.contains("576"), lines);
        assertTrue(lines.contains("[2, 15, 27]"), lines);
        assertTrue(lines.contains("8192 of the target's tokens"), lines);
    }

    @Test
    void everyTruncationIsAnErrorThatNamesTheFile() throws IOException {
        byte[] whole = draft();
        for (int length = 4; length < whole.length; length++) {
            Path file = file(Arrays.copyOf(whole, length));
            GtoException e = assertThrows(GtoException.class, () -> GgufFacts.read(file));
            assertEquals(GtoException.Kind.IO, e.kind());
            assertTrue(e.getMessage().contains("file.gguf"), e.getMessage());
        }
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("a.txt"), "not a model at all");
        assertEquals(
                GtoException.Kind.FORMAT,
                assertThrows(GtoException.class, () -> GgufFacts.read(text)).kind());
        Path empty = Files.createFile(folder.resolve("empty"));
        assertEquals(
                GtoException.Kind.FORMAT,
                assertThrows(GtoException.class, () -> GgufFacts.read(empty)).kind());
        assertEquals(
                GtoException.Kind.IO,
                assertThrows(GtoException.class, () -> GgufFacts.read(folder.resolve("missing")))
                        .kind());
    }

    @Test
    void hugeLengthsAreNotBelieved() throws IOException {
        bytes.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putLong(0)
                .putLong(1)
                .putLong(Long.MAX_VALUE / 2);
        GtoException e = assertThrows(
                GtoException.class, () -> GgufFacts.read(file(Arrays.copyOf(bytes.array(), bytes.position() + 20))));
        assertTrue(e.getMessage().contains("truncated or broken"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1; expected GGUF version 2 or 3, found version 1, which llama.cpp no longer reads",
                "4; expected GGUF version 2 or 3, found version 4",
                "0; expected GGUF version 2 or 3, found version 0",
                "50331648; found a big-endian file of version 3; convert it",
                "33554432; found a big-endian file of version 2",
                "-1; expected GGUF version 2 or 3, found version 4294967295"
            })
    void otherVersionsAreNamed(int version, String message) throws IOException {
        bytes.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(version)
                .putLong(0)
                .putLong(0);
        GtoException e = assertThrows(
                GtoException.class, () -> GgufFacts.read(file(Arrays.copyOf(bytes.array(), bytes.position()))));
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    /** In a file of any size: a sparse one of a terabyte takes no room. */
    @Test
    void hugeLengthsOfHugeFilesAreNotBelieved() throws IOException {
        for (long[] counts : new long[][] {{0, 1L << 33}, {1L << 33, 0}, {0, 1, 1L << 33}, {0, 1, Integer.MAX_VALUE}}) {
            bytes.clear();
            bytes.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3);
            Arrays.stream(counts).forEach(bytes::putLong);
            Path file = file(Arrays.copyOf(bytes.array(), bytes.position()));
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(1L << 40);
            }
            GtoException e = assertThrows(GtoException.class, () -> GgufFacts.read(file));
            assertTrue(e.getMessage().contains(" of at most "), e.getMessage());
        }
    }
}
