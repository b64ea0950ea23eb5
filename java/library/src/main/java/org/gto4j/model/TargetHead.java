package org.gto4j.model;

import org.gto4j.common.Arguments;

/**
 * The target's head alone: logits from the hidden states that features hold, without a pass of the target. Its rows lie
 * in memory a second time, in the type of the target's file. Threads may share it.
 */
public final class TargetHead extends NativeHandle {
    private final EngineTargetHead engine;
    private final int vocabulary;

    private TargetHead(TargetModel target, EngineTargetHead engine) {
        super("TargetHead", Sharing.CONCURRENT, target);
        this.engine = engine;
        vocabulary = target.info().vocabulary();
    }

    /**
     * Reads the head of a target.
     *
     * @throws org.gto4j.error.GtoException FORMAT: the hidden state before the head can't be read, or the head's type
     */
    public static TargetHead open(TargetModel target) {
        return using(() -> new TargetHead(target, EngineTargetHead.open(target.engine())), target);
    }

    /**
     * Logits of the token after each of some rows; they differ from a pass's by the rounding of its kernels.
     *
     * @param features with hidden states
     * @param first row of the features, 0..their rows
     * @param rows 0..rows of the features from there on, rows * vocabulary below 2^31
     * @return [rows * vocabulary]
     */
    public float[] logits(Features features, int first, int rows) {
        Arguments.inRange("first", first, 0, features.rows());
        Arguments.inRange("rows", rows, 0, Math.min(features.rows() - first, Integer.MAX_VALUE / vocabulary));
        return using(() -> engine.logits(features.engine(), first, rows, vocabulary), this, features);
    }

    @Override
    protected void free() {
        engine.free();
    }
}
