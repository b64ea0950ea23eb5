package org.gto4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.gto4j.GtoException;

/** Folders to write to. */
public final class Folders {
    private Folders() {
    }

    /** A folder's own name, that of a relative path such as ".", too. */
    public static String name(Path folder) {
        return folder.toAbsolutePath().normalize().getFileName().toString();
    }

    /** Makes a folder and those above it, if they are missing; IO: names the folder and the reason. */
    public static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't make the folder " + folder + ": " + e, e);
        }
    }

    /**
     * To be asked before long work whose result goes into a file: makes the file's folder if it is missing.
     *
     * @throws GtoException IO: names what can't be written
     */
    public static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(file)) {
            throw new GtoException(GtoException.Kind.IO, file + ": expected a file to write, found a folder");
        }
        make(folder);
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new GtoException(GtoException.Kind.IO, (Files.exists(file) ? file : folder) + ": can't be written to");
        }
    }
}
