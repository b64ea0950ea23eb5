package org.gto4j.lab.terminal;

import java.util.Optional;

/** Where a conversation's messages come from, one after the other. Not thread-safe. */
public interface MessageSource extends AutoCloseable {
    /** The next message; empty at the end of the conversation. */
    Optional<String> next();

    /**
     * Does what a message asks for.
     *
     * @param stop is called, maybe from another thread, when the user presses Ctrl-C meanwhile; where that ends the
     *     process it isn't
     */
    void whileAnswering(Runnable work, Runnable stop);

    /** Whether somebody types and reads, so that a prompt and hints are wanted. */
    boolean isInteractive();

    @Override
    void close();
}
