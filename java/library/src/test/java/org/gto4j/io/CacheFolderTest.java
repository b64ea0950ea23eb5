package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheFolderTest {
    @TempDir
    Path folder;

    private Path home;
    private Path temporary;

    @BeforeEach
    void folders() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    private Path root(String wanted, String user) {
        return CacheFolder.root(wanted, user, temporary.toString());
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.toList();
        }
    }

    @Test
    void aHomeFolderHoldsIt() throws IOException {
        assertEquals(home.resolve(".cache/gto4j"), root(null, home.toString()));
        assertEquals(home.resolve(".cache/gto4j"), root(" ", home.toString()));
        assertEquals(folder.resolve("a/b"), root(folder.resolve("a/b").toString(), "?"));
        assertEquals(List.of(), left());
        assertFalse(Files.exists(folder.resolve("a")));
    }

    /** Java's home folder of a user without a name is "?"; others are gone, or files. */
    @ParameterizedTest
    @ValueSource(strings = {"?", "", "relative", "/nonexistent/home", "/dev/null", "nul\0"})
    void withoutOneItIsThisUsersOwnBelowTheTemporaryFolder(String user) throws IOException {
        Path own = root(null, user);
        assertEquals(temporary, own.getParent());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
        assertEquals(own, root(null, user), "the same one each time");
        assertEquals(List.of(own), left());
        assertFalse(Files.exists(Path.of("?")));
        assertFalse(Files.exists(Path.of("relative")));
    }

    @Test
    void aCacheBelowAFileIsNoCache() throws IOException {
        Files.createFile(home.resolve(".cache"));
        assertEquals(temporary, root(null, home.toString()).getParent());
        assertEquals(
                temporary,
                root(home.resolve(".cache/x").toString(), home.toString()).getParent());
    }

    /** Who can write there could put libraries there. */
    @Test
    void aFolderThatOthersMayWriteToIsNotTaken() throws IOException {
        Path own = root(null, "?");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path other = root(null, "?");
        assertNotEquals(own, other);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(other)));
    }

    @Test
    void aLinkIsNotTaken() throws IOException {
        Path own = root(null, "?");
        Files.delete(own);
        Files.createSymbolicLink(own, home);
        assertNotEquals(own, root(null, "?"));
        assertTrue(Files.isSymbolicLink(own));
    }
}
