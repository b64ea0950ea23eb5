package org.gto4j.model;

/**
 * A device that {@link Device#open} finds on this machine.
 *
 * @param name what it is opened by, e.g. "CPU-GTO4J"
 * @param description for people: the processor's name and, of "CPU-GTO4J", its kernels
 * @param kind what it is
 * @param memory its memory when the list was made
 */
public record AvailableDevice(String name, String description, DeviceKind kind, DeviceMemory memory) {}
