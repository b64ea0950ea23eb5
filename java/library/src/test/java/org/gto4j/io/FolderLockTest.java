package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    private static final StaleFiles OURS = StaleFiles.of("state-\\d+\\.bin|config\\.json");
    private static final long SELF = ProcessHandle.current().pid();

    @TempDir
    Path folder;

    private static String refused(Path path) {
        GtoException e = assertThrows(GtoException.class, () -> FolderLock.take(path, "being second", OURS));
        assertEquals(GtoException.Kind.IO, e.kind());
        return e.getMessage();
    }

    @Test
    void theSecondOwnerIsToldWhoTheFirstIs() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        try (FolderLock lock = FolderLock.take(folder.resolve("real"), "being first", OURS)) {
            for (Path path : List.of(folder.resolve("real"), link, folder.resolve("real/../real"))) {
                String message = refused(path);
                assertTrue(
                        message.contains("in use by process " + SELF + " on ")
                                && message.contains("(being first, since 2")
                                && !message.contains("second"),
                        message);
            }
            GtoException e = assertThrows(GtoException.class, () -> FolderLock.requireFree(link));
            assertTrue(e.getMessage().contains("in use by process " + SELF), e.getMessage());
            FolderLock.take(folder, "another folder", OURS).close();
        }
        FolderLock.requireFree(link);
        FolderLock.requireFree(folder.resolve("missing"));
        assertFalse(Files.exists(folder.resolve("missing")));
        FolderLock again = FolderLock.take(link, "being third", OURS);
        again.close();
        again.close();
        FolderLock.take(link, "being fourth", OURS).close();
    }

    /**
     * The system drops a process's lock on a file when any channel to it is closed: what is refused here must not open
     * the file.
     */
    @Test
    void anotherProcessIsRefusedEvenAfterThisOneWasRefusedAgain() throws Exception {
        try (FolderLock lock = FolderLock.take(folder, "being first", OURS)) {
            refused(folder);
            String said = take(folder);
            assertTrue(said.contains("in use by process " + SELF), said);
        }
        assertEquals("taken", take(folder));
    }

    private static String take(Path path) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Taker.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return said;
    }

    /** Another process. */
    static final class Taker {
        public static void main(String[] args) {
            try (FolderLock lock = FolderLock.take(Path.of(args[0]), "another process", OURS)) {
                System.out.println("taken");
            } catch (GtoException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void onlyWhatDeadOwnersLeftIsSwept() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Process alive = new ProcessBuilder("sleep", "60").start();
        try {
            List<String> swept = List.of(
                    "state-4.bin.tmp" + dead.pid(),
                    "state-4.bin.tmp" + dead.pid() + "-3",
                    "config.json.tmp",
                    "config.json.tmp" + SELF,
                    "state-12.bin.tmp99999999999999");
            List<String> kept = List.of(
                    "state-4.bin",
                    "config.json",
                    "state-4.bin.tmp" + alive.pid(),
                    "notes.tmp",
                    "state-x.bin.tmp" + dead.pid(),
                    "config.json.tmpfile",
                    "state-4.bin.tmp99999999999999999999999");
            for (String name : Stream.concat(swept.stream(), kept.stream()).toList()) {
                Files.writeString(folder.resolve(name), "x");
            }
            Files.createDirectory(folder.resolve("state-5.bin.tmp"));
            FolderLock.take(folder, "sweeping", OURS).close();
            swept.forEach(name -> assertFalse(Files.exists(folder.resolve(name)), name));
            kept.forEach(name -> assertTrue(Files.exists(folder.resolve(name)), name));
            assertTrue(Files.isDirectory(folder.resolve("state-5.bin.tmp")));
        } finally {
            alive.destroy();
        }
    }

    @Test
    void aDamagedLockFileIsNoObstacle() throws IOException {
        for (byte[] content : List.of(
                new byte[0],
                "null".getBytes(StandardCharsets.UTF_8),
                "{\"process\":\"x\"}".getBytes(StandardCharsets.UTF_8),
                new byte[] {0, 0, -2, -1})) {
            Files.write(folder.resolve(".lock"), content);
            FolderLock.take(folder, "being first", OURS).close();
        }
        Path blocked = Files.createDirectories(folder.resolve("blocked/.lock")).getParent();
        assertTrue(refused(blocked).contains("blocked/.lock"));
    }
}
