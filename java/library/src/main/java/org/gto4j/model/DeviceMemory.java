package org.gto4j.model;

/**
 * A device's memory.
 *
 * @param free bytes that are free now, on the CPU what this process may still take; -1 where it isn't known
 * @param total bytes; -1 where it isn't known
 */
public record DeviceMemory(long free, long total) {}
