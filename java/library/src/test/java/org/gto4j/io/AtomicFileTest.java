package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {
    @TempDir
    Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileIsReplacedAndNothingIsLeftBeside() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "old");
        AtomicFile.write(file, "new");
        assertEquals("new", Files.readString(file));
        assertEquals(List.of("a.json"), names());
    }

    @Test
    void aFileKeepsItsPermissions() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        AtomicFile.write(file, "new");
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    /** Also relative ones, chains of them, and one whose file isn't there yet. */
    @Test
    void aLinkStaysAndItsFileIsReplaced() throws IOException {
        Path far = Files.createDirectory(folder.resolve("far"));
        Path file = Files.writeString(far.resolve("a.json"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("far", "a.json"));
        Path chain = Files.createSymbolicLink(folder.resolve("chain"), link);
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), far.resolve("b.json"));
        for (Path one : List.of(link, chain, dangling)) {
            AtomicFile.write(one, one.getFileName().toString());
            assertTrue(Files.isSymbolicLink(one), one.toString());
            assertEquals(one.getFileName().toString(), Files.readString(one));
        }
        assertEquals("chain", Files.readString(file));
        assertEquals("dangling", Files.readString(far.resolve("b.json")));
        Path round = folder.resolve("round");
        Files.createSymbolicLink(round, folder.resolve("and"));
        Files.createSymbolicLink(folder.resolve("and"), round);
        assertTrue(assertThrows(GtoException.class, () -> AtomicFile.write(round, "x"))
                .getMessage()
                .contains("too many levels of symbolic links"));
    }

    @Test
    void aPipeIsWrittenTo() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                return e.toString();
            }
        });
        AtomicFile.write(pipe, "x".repeat(200_000));
        assertEquals("x".repeat(200_000), read.get(30, TimeUnit.SECONDS));
        assertEquals(FileType.PIPE, FileType.of(pipe));
        assertEquals(List.of("pipe"), names());
    }

    @Test
    void aDeviceIsWrittenTo() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
        AtomicFile.write(link, "x");
        assertEquals(FileType.CHARACTER_DEVICE, FileType.of(Path.of("/dev/null")));
        GtoException e = assertThrows(GtoException.class, () -> AtomicFile.write(Path.of("/dev/full"), "x"));
        assertEquals(GtoException.Kind.IO, e.kind());
        assertEquals("can't write /dev/full: No space left on device", e.getMessage());
        assertEquals(FileType.CHARACTER_DEVICE, FileType.of(Path.of("/dev/full")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "file/a.json", "file/b/a.json", "linked"})
    void whatCantBeAFileIsNamed(String name) throws IOException {
        Files.createDirectory(folder.resolve("folder"));
        Files.writeString(folder.resolve("file"), "old");
        Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("folder"));
        Path file = folder.resolve(name);
        for (GtoException e : List.of(
                assertThrows(GtoException.class, () -> AtomicFile.write(file, "x")),
                assertThrows(GtoException.class, () -> Folders.requireWritable(file, false)))) {
            assertEquals(GtoException.Kind.IO, e.kind());
            assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
            assertFalse(e.getMessage().contains("Exception"), e.getMessage());
        }
        assertEquals("old", Files.readString(folder.resolve("file")));
        assertEquals(List.of("file", "folder", "linked"), names());
    }

    @Test
    void aFileThatIsReadBackIsNoPipe() {
        Folders.requireWritable(Path.of("/dev/null"), false);
        GtoException e = assertThrows(GtoException.class, () -> Folders.requireWritable(Path.of("/dev/null"), true));
        assertTrue(e.getMessage().contains("/dev/null: expected a file that can be read again"), e.getMessage());
    }

    @Test
    void askingLeavesNothingButTheFolder() throws IOException {
        Folders.requireWritable(folder.resolve("new/a.json"), false);
        assertEquals(List.of("new"), names());
        try (Stream<Path> files = Files.list(folder.resolve("new"))) {
            assertEquals(0, files.count());
        }
    }

    /**
     * Writers beside each other: the file is that of one of them, and files of others that are called like temporary
     * ones stay.
     */
    @Test
    void writersDontDisturbEachOther() throws IOException {
        Path file = folder.resolve("a.json");
        Path other = Files.writeString(
                folder.resolve("a.json.tmp" + ProcessHandle.current().pid()), "somebody's");
        Path older = Files.writeString(folder.resolve("a.json.tmp"), "somebody's");
        IntStream.range(0, 64)
                .parallel()
                .forEach(i -> AtomicFile.write(file, Integer.toString(i % 10).repeat(10_000)));
        String whole = Files.readString(file);
        assertEquals(whole.substring(0, 1).repeat(10_000), whole);
        assertEquals("somebody's", Files.readString(other));
        assertEquals("somebody's", Files.readString(older));
        assertEquals(3, names().size());
    }
}
