package org.gto4j.model;

/** What a device is. */
public enum DeviceKind {
    /** The processor. */
    CPU,
    /** A GPU with memory of its own. */
    GPU,
    /** A GPU that shares the processor's memory. */
    INTEGRATED_GPU,
    /** Another accelerator. */
    OTHER
}
