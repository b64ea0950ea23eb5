package org.gto4j.model;

import java.util.Optional;

/**
 * Memory that this process may still take. Whatever takes more than a few MiB of it natively asks first and fails with
 * kind MEMORY: sessions, drafts, their sessions and trainers, features read from files.
 *
 * @param bytes at least 0
 * @param limit what leaves no more, e.g. "free memory of this machine"
 */
public record AvailableMemory(long bytes, String limit) {
    /**
     * Asks the system: the least of what free memory, the control groups of the process (both versions, file cache not
     * counted), its own limits (ulimit) and the environment variable GTO4J_MEMORY_LIMIT (bytes, or a number with K, M
     * or G) leave. Empty where the system doesn't say. Thread-safe.
     */
    public static Optional<AvailableMemory> now() {
        return Engine.availableMemory();
    }

    /**
     * What training beside a target on this device may still take: where a CPU computes drafts as {@link #now}, else
     * what is free of the device's memory; empty if the device is closed, though targets on it are open.
     */
    public static Optional<AvailableMemory> on(Device device) {
        if (device.isCpu() || !device.computesDrafts()) {
            return now();
        }
        return device.memoryUnlessClosed()
                .filter(memory -> memory.free() >= 0)
                .map(memory -> new AvailableMemory(memory.free(), "free memory of " + device.kind()));
    }
}
