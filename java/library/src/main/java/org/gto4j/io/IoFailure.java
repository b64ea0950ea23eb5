package org.gto4j.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.gto4j.error.GtoException;

/** Failures of the file system in words, without names of Java's classes. */
public final class IoFailure {
    private IoFailure() {}

    /**
     * An exception of kind IO.
     *
     * @param what what failed, e.g. "can't write out.json"; the reason is added
     */
    public static GtoException of(String what, IOException cause) {
        return new GtoException(GtoException.Kind.IO, what + ": " + reason(cause), cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "a file is where a folder is needed";
        }
        String reason = cause instanceof FileSystemException failure ? failure.getReason() : cause.getMessage();
        return reason == null ? cause.toString() : reason;
    }
}
