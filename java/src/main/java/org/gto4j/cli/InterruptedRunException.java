package org.gto4j.cli;

/** The user asked to stop; what was done so far is kept. */
public final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InterruptedRunException() {
        super("interrupted");
    }
}
