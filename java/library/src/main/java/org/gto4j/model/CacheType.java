package org.gto4j.model;

/** The type in which a target's keys and values are kept. */
public enum CacheType {
    /** 16 bits: the default. */
    F16,
    /** 32 bits: twice the memory. */
    F32,
    /** 16 bits with the range of F32. */
    BF16,
    /** 8.5 bits. It needs flash attention, and heads whose width is a multiple of 32. */
    Q8_0
}
