package org.gto4j.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one exception of this library. Its message names the file or argument, what was expected and what was found. */
public final class GtoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** An argument is out of range, or two arguments disagree. */
        ARGUMENT,
        /** A file is missing, unreadable, truncated, or can't be written. */
        IO,
        /** A file is readable, but isn't what is expected (wrong architecture, shape, type, syntax). */
        FORMAT,
        /** An allocation failed. */
        MEMORY,
        /** The context (KV cells, sequences, rows) is full or too small. */
        CONTEXT,
        /** NaN or infinity where a finite number is needed. */
        NUMERIC,
        /** The native library failed for another reason, or can't be loaded. */
        INTERNAL
    }

    private final Kind kind;

    /**
     * @param kind what went wrong
     * @param message one clear sentence
     */
    public GtoException(Kind kind, String message) {
        this(kind, message, null);
    }

    /**
     * @param kind what went wrong
     * @param message one clear sentence
     * @param cause the exception that led here, or null
     */
    public GtoException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** A failure of any kind as an exception of this library. */
    public static GtoException of(Throwable failure) {
        if (failure instanceof GtoException known) {
            return known;
        }
        return new GtoException(
                failure instanceof OutOfMemoryError ? Kind.MEMORY : Kind.INTERNAL, String.valueOf(failure), failure);
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }
}
