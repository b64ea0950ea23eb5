package org.gto4j.train;

/**
 * What a step really took.
 *
 * @param seconds of a step
 * @param bytes by which the process's resident memory rose with draft, trainer and features, 0 where the system doesn't
 *     say
 */
public record TrialStep(double seconds, long bytes) {}
