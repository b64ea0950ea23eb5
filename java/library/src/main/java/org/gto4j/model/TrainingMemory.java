package org.gto4j.model;

/**
 * Bytes that training takes, beside the target's own; the same native code allocates them. Lists of rows and the
 * compute graph (a few KiB a token) come on top.
 *
 * @param parameters trained parameters, a number
 * @param weights the draft's parameters, F32
 * @param embedding the target's embedding in its own type
 * @param targetHead the target's head rows of the draft vocabulary, F32
 * @param gradient of all parameters
 * @param moments AdamW's two of each parameter
 * @param activations of a micro-batch's rows in all passes, forward and backward, with the target's distributions and
 *     one chunk of logits
 * @param packed operands of matrix products, as the processor's units take them
 */
public record TrainingMemory(
        long parameters,
        long weights,
        long embedding,
        long targetHead,
        long gradient,
        long moments,
        long activations,
        long packed) {
    /** What doesn't depend on the micro-batch. */
    public long fixed() {
        return weights + embedding + targetHead + gradient + moments;
    }

    /** All bytes. */
    public long total() {
        return fixed() + activations + packed;
    }
}
