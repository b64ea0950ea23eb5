package org.gto4j.data;

/**
 * Follows a {@link Regenerator} run; called after each target pass (a text that is read: after its last) by the thread
 * that runs it. An exception ends the run.
 */
@FunctionalInterface
public interface RegenerationListener {
    /** Called with the state so far. */
    void onProgress(Regeneration progress);
}
