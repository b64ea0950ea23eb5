package org.gto4j.lab.terminal;

/** The user asked to stop; what was done so far is kept. */
public final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InterruptedRunException() {
        super("interrupted");
    }
}
