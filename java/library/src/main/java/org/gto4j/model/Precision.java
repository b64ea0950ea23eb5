package org.gto4j.model;

/**
 * What the operands of training's matrix products are rounded to. Sums, weights, gradients and everything else are F32
 * always.
 */
public enum Precision {
    /** BF16 where the device has matrix instructions for it (on CPUs Intel AMX), else F32. */
    AUTO,
    /** Not rounded. */
    F32,
    /**
     * 8 bits of mantissa, as trainers on GPUs do; several times faster where there are matrix instructions, an error
     * elsewhere.
     */
    BF16
}
