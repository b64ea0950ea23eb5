package org.gto4j.train;

/**
 * Follows a training run; called by the thread that runs it. An exception ends the run as a kill would: it can be
 * resumed.
 */
@FunctionalInterface
public interface TrainingListener {
    /** Called after each optimizer step. */
    void onStep(TrainingStep step);

    /** Called after each validation; see {@link RunOptions}. */
    default void onValidation(Validation validation) {}

    /** Asked after each step; true saves the run's state and ends this part of it. */
    default boolean stopRequested() {
        return false;
    }
}
