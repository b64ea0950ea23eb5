package org.gto4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.error.GtoException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders to write to. */
public final class Folders {
    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);

    private Folders() {}

    /** A folder's own name, that of a relative path such as ".", too. */
    public static String name(Path folder) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? "/" : name.toString();
    }

    /** Makes a folder and those above it, if they are missing; IO: names the folder and the reason. */
    public static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw IoFailure.of("can't make the folder " + folder, e);
        }
    }

    /**
     * A folder in the place of a file that we write is moved aside, to NAME.damaged, with a warning; IO: it can't be.
     */
    public static void setAside(Path file) {
        if (!Files.isDirectory(file)) {
            return;
        }
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        try {
            Files.move(file, aside);
            LOG.warn("{}: expected a file, found a folder; it is kept as {}", file, aside.getFileName());
        } catch (IOException e) {
            throw new GtoException(
                    GtoException.Kind.IO, file + ": expected a file, found a folder that can't be moved: " + e, e);
        }
    }

    /**
     * To be asked before long work whose result goes into a file: makes the file's folder if it is missing, and a file
     * in it for a moment.
     *
     * @param readBack whether the file is read, too, so that it can't be a pipe or a device
     * @throws GtoException IO: names what can't be written
     */
    public static void requireWritable(Path file, boolean readBack) {
        try {
            Destination destination = Destination.of(file);
            Path path = destination.path();
            if (!destination.isReplaced() && readBack) {
                throw new GtoException(
                        GtoException.Kind.IO,
                        file + ": expected a file that can be read again, found a pipe or a device");
            }
            if (Files.exists(path) && !Files.isWritable(path)) {
                throw new GtoException(GtoException.Kind.IO, file + ": can't be written to: permission denied");
            }
            if (destination.isReplaced() && path.getParent() != null) {
                make(path.getParent());
                Files.delete(AtomicFile.temporary(path));
            }
        } catch (IOException e) {
            throw IoFailure.of("can't write " + file, e);
        }
    }
}
