package org.gto4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.gto4j.GtoException;

/** Folders to write to. */
public final class Folders {
    private Folders() {
    }

    /** Makes a folder and those above it, if they are missing; IO: names the folder and the reason. */
    public static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't make the folder " + folder + ": " + e, e);
        }
    }
}
