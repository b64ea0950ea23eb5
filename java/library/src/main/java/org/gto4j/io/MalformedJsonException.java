package org.gto4j.io;

/** A text that isn't one JSON value. */
public final class MalformedJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String found;
    private final int line;
    private final boolean endsElsewhere;

    MalformedJsonException(String found, int line, boolean endsElsewhere) {
        super(found);
        this.found = found;
        this.line = line;
        this.endsElsewhere = endsElsewhere;
    }

    /** What was found instead, for a message. */
    public String found() {
        return found;
    }

    /** Line of the text, from 1. */
    public int line() {
        return line;
    }

    /** Whether the text is cut within a value, or goes on behind it. */
    public boolean endsElsewhere() {
        return endsElsewhere;
    }
}
