package org.gto4j.lab.quickstart;

/** One part of a run. It keeps what it has in the run's folder, so that it goes on from there when it is run again. */
interface Stage {
    /** Which part. */
    Part part();

    /**
     * Does the part in about the given time, or as much of it as is missing.
     *
     * @param seconds planned for the whole part, the same each time it is run
     */
    void run(RunContext context, double seconds);
}
