package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigestTest {
    private static final int BYTES = 5 << 20;
    private static final FileTime OLD = FileTime.from(Instant.now().minusSeconds(3600));

    @TempDir
    Path folder;

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(BYTES);
        }
        Files.setLastModifiedTime(file, OLD);
        return file;
    }

    private String kept(Path file) {
        return FileDigest.of(file, folder.resolve("cache"), 0);
    }

    private List<Path> cached() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.toList();
        }
    }

    /** One byte in the middle, of a file whose size and time are then as they were. */
    private static void change(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(BYTES / 2);
            bytes.write(1);
        }
        Files.setLastModifiedTime(file, OLD);
    }

    @Test
    void aChangeInTheMiddleIsNoticedThoughSizeAndTimeAreTheSame() throws Exception {
        Path file = file("model.gguf");
        String before = kept(file);
        assertEquals(HexFormat.of().formatHex(Sha256.start().digest(Files.readAllBytes(file))), before);
        assertEquals(1, cached().size());
        assertEquals(before, kept(file));
        change(file);
        assertNotEquals(before, kept(file));
        assertEquals(FileDigest.of(file), kept(file));
    }

    @Test
    void whatIsKeptIsTakenAndDamageIsMadeAgain() throws Exception {
        Path file = file("model.gguf");
        String digest = kept(file);
        Path cache = cached().get(0);
        Files.writeString(cache, "{\"sha256\": \"taken\"}");
        assertEquals("taken", kept(file), "the file isn't read again");
        for (String damaged : List.of("", "{", "null", "{}", "{\"sha256\": 7}")) {
            Files.writeString(cache, damaged);
            assertEquals(digest, kept(file));
        }
        Files.delete(cache);
        Files.createDirectory(cache);
        assertEquals(digest, kept(file));
    }

    @Test
    void aFileThatHasJustChangedIsNotKept() throws Exception {
        Path file = file("model.gguf");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        kept(file);
        assertFalse(Files.exists(folder.resolve("cache")));
    }

    @Test
    void aSplitModelIsAllOfItsFiles() throws Exception {
        Path first = file("model-00001-of-00002.gguf");
        Path second = file("model-00002-of-00002.gguf");
        String before = FileDigest.ofModel(first);
        assertNotEquals(FileDigest.of(first), before);
        change(second);
        assertNotEquals(before, FileDigest.ofModel(first));
        Files.delete(second);
        GtoException e = assertThrows(GtoException.class, () -> FileDigest.ofModel(first));
        assertTrue(e.getMessage().contains("model-00002-of-00002.gguf"), e.getMessage());
    }
}
