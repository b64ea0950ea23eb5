package org.gto4j.lab.terminal;

/** Shows how far a long task is, and when it will be done. Used by one thread. */
public interface Progress extends AutoCloseable {
    /**
     * Shows the state.
     *
     * @param fraction share done, 0..1
     * @param detail a few words, e.g. figures; may be empty
     */
    void update(double fraction, String detail);

    /** Ends the display. */
    @Override
    void close();
}
