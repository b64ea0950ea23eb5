package org.gto4j.lab.cli;

import org.gto4j.error.GtoException;

/** How a command ended, as the number that the process returns. */
enum ExitCode {
    /** All went well. */
    OK(0),
    /** The user's mistake: a missing file, a wrong architecture, a full disk, a learning rate that nothing survives. */
    USER(1),
    /** What was to be checked doesn't hold. */
    FAILED(1),
    /** The command line itself is wrong. */
    USAGE(2),
    /** A fault of this program. */
    INTERNAL(3),
    /** Ctrl-C; the number that shells use for it. */
    INTERRUPTED(130),
    /** The reader of a pipe has had enough, as head has; the number that shells use for it. */
    CLOSED_PIPE(141);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static ExitCode of(GtoException failure) {
        return switch (failure.kind()) {
            case ARGUMENT, IO, FORMAT, MEMORY, CONTEXT, NUMERIC -> USER;
            case INTERNAL -> INTERNAL;
        };
    }
}
