package org.gto4j.lab.cli;

/** What a command checks doesn't hold. */
final class FailedCheckException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedCheckException(String message) {
        super(message);
    }
}
