package org.gto4j.model;

/**
 * A device that {@link Device#open} finds on this machine.
 *
 * @param name what it is opened by, e.g. "CPU-GTO4J"
 * @param description for people: the processor's name and, of "CPU-GTO4J", its kernels
 */
public record AvailableDevice(String name, String description) {}
