package org.gto4j.cli;

import org.gto4j.GtoException;

/** How a command ended, as the number that the process returns. */
enum ExitCode {
    /** All went well. */
    OK(0),
    /** The user's mistake: a missing file, a wrong architecture, a full disk. */
    USER(1),
    /** What was to be checked doesn't hold. */
    FAILED(1),
    /** The command line itself is wrong. */
    USAGE(2),
    /** A fault of this program. */
    INTERNAL(3),
    /** Ctrl-C; the number that shells use for it. */
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static ExitCode of(GtoException failure) {
        return switch (failure.kind()) {
            case ARGUMENT, IO, FORMAT, MEMORY, CONTEXT -> USER;
            case NUMERIC, INTERNAL -> INTERNAL;
        };
    }
}
