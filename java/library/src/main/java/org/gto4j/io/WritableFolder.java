package org.gto4j.io;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.gto4j.error.GtoException;

/** Folders that this process can write to, or make. */
final class WritableFolder {
    private static final Set<PosixFilePermission> OWNERS_ALONE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OF_OTHERS = PosixFilePermissions.fromString("---rwxrwx");

    private WritableFolder() {}

    /** The folder, if it or else the nearest folder above it that exists can be written to. */
    static Optional<Path> of(Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        while (there != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        return there != null && Files.isDirectory(there) && Files.isWritable(there) && Files.isExecutable(there)
                ? Optional.of(folder)
                : Optional.empty();
    }

    /**
     * A folder of the home folder, which must exist. Java's home folder of a user whom the system doesn't know is "?",
     * and relative ones mean nothing.
     */
    static Optional<Path> ofHome(String home, Path folder) {
        try {
            Path path = Path.of(home);
            return path.isAbsolute() && Files.isDirectory(path) ? of(path.resolve(folder)) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * A folder of this user alone below one that all may write to: the same one each time, unless another user was
     * there first.
     *
     * @throws GtoException IO: it can't be made
     */
    static Path own(Path temporary) {
        try {
            Path folder = temporary.resolve("gto4j-" + userNumber(temporary));
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNERS_ALONE));
            } catch (FileAlreadyExistsException e) {
                return isOwn(folder, temporary) ? folder : Files.createTempDirectory(temporary, "gto4j-");
            }
            return folder;
        } catch (IOException | UnsupportedOperationException e) {
            throw new GtoException(
                    GtoException.Kind.IO, "no folder can be made in " + temporary + " (java.io.tmpdir): " + e, e);
        }
    }

    /** Libraries are loaded from there: nobody else may have made it, or may write to it. */
    private static boolean isOwn(Path folder, Path temporary) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.isDirectory()
                && attributes.permissions().stream().noneMatch(OF_OTHERS::contains)
                && Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(userNumber(temporary));
    }

    /** What the system makes files with: users without a name have one, too. */
    private static Object userNumber(Path temporary) throws IOException {
        Path file = Files.createTempFile(temporary, "gto4j", ".tmp");
        try {
            return Files.getAttribute(file, "unix:uid");
        } finally {
            Files.delete(file);
        }
    }
}
