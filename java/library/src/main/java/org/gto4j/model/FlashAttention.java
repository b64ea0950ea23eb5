package org.gto4j.model;

/** Whether attention is one operation that keeps no matrix of all scores. */
public enum FlashAttention {
    /** On with "CPU-GTO4J" and on GPUs that have it; off with "CPU", but for a quantised {@link CacheType}. */
    AUTO,
    /** On; where a device doesn't have it the CPU computes it. */
    ON,
    /** Off; a row's bits then depend on the rows beside it. */
    OFF
}
