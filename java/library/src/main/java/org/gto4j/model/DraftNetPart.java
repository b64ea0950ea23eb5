package org.gto4j.model;

/** What published nets have beside, or do otherwise than, the plain EAGLE-3 net. */
public enum DraftNetPart {
    /** The residual stream begins with the normed fused features. */
    NORM_BEFORE_RESIDUAL,
    /** The features are normed before they are fused. */
    NORM_BEFORE_FC,
    /** A bias of the fusion. Stock llama.cpp has no biases. */
    FC_BIAS,
    /** Biases of queries, keys and values. */
    QKV_BIAS,
    /** A bias of the attention's output. */
    OUTPUT_BIAS
}
