package org.gto4j.model;

/**
 * How a model's file holds its weights, by llama.cpp's names. Those that end with M mix types: some tensors get a wider
 * one, as llama-quantize has it.
 */
public enum Quantization {
    /** 32 bits a weight. */
    F32,
    /** 16 bits. */
    F16,
    /** 16 bits with F32's range. */
    BF16,
    /** 8.5 bits. */
    Q8_0,
    /** 4.5 bits. */
    Q4_0,
    /** 5 bits. */
    Q4_1,
    /** 5.5 bits. */
    Q5_0,
    /** 6 bits. */
    Q5_1,
    /** About 2.6 bits. */
    Q2_K,
    /** About 3.9 bits. */
    Q3_K_M,
    /** About 4.8 bits. */
    Q4_K_M,
    /** About 5.7 bits. */
    Q5_K_M,
    /** 6.6 bits. */
    Q6_K,
    /** 4.5 bits, values of a table. */
    IQ4_NL,
    /** 4.25 bits, values of a table. */
    IQ4_XS
}
