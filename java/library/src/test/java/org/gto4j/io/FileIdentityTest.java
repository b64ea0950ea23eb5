package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIdentityTest {
    @TempDir
    Path folder;

    private Path link(String name, Path target) throws IOException {
        return Files.createSymbolicLink(folder.resolve(name), target);
    }

    @Test
    void linksAndDetoursLeadToOneFile() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        Path file = Files.writeString(folder.resolve("a/file"), "x");
        Path other = Files.writeString(folder.resolve("a/other"), "x");
        for (Path same : new Path[] {
            link("soft", file),
            Files.createLink(folder.resolve("hard"), file),
            link("folder", folder.resolve("a")).resolve("file"),
            folder.resolve("a/../a/./file"),
            Path.of("").toAbsolutePath().relativize(file.toAbsolutePath())
        }) {
            assertTrue(FileIdentity.isSame(file, same), same.toString());
            assertFalse(FileIdentity.isSame(other, same), same.toString());
        }
    }

    @Test
    void aFileThatIsntThereIsWhereItWouldBe() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        Path file = folder.resolve("a/file");
        Path folderLink = link("folder", folder.resolve("a"));
        assertTrue(FileIdentity.isSame(file, folderLink.resolve("file")));
        assertTrue(FileIdentity.isSame(file, link("dangling", file)));
        assertTrue(FileIdentity.isSame(folder.resolve("no/../a/file"), file));
        assertFalse(FileIdentity.isSame(file, folder.resolve("file")));
    }

    @Test
    void aDeviceIsNeverTheSame() {
        assertFalse(FileIdentity.isSame(Path.of("/dev/null"), Path.of("/dev/null")));
    }
}
