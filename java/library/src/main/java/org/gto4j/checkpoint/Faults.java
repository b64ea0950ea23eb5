package org.gto4j.checkpoint;

import java.nio.file.Path;
import org.gto4j.common.Visible;
import org.gto4j.error.GtoException;

/** What is wrong with a file of a checkpoint. */
final class Faults {
    private static final int LONGEST = 80;

    private Faults() {}

    static GtoException of(Path file, String field, String expected, String found) {
        return new GtoException(
                GtoException.Kind.FORMAT, file + ": " + field + ": expected " + expected + ", found " + found);
    }

    static GtoException unsupported(Path file, String field, String reason) {
        return new GtoException(GtoException.Kind.FORMAT, file + ": " + field + ": " + reason);
    }

    /** A name of a file's, for a message. */
    static String shown(String name) {
        String visible = Visible.of(name);
        return visible.length() <= LONGEST ? visible : visible.substring(0, LONGEST) + "...";
    }
}
