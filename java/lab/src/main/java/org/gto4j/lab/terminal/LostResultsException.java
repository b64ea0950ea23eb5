package org.gto4j.lab.terminal;

/** Results can't be written any more, so that it is no use to go on. */
public final class LostResultsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
