package org.gto4j.model;

/** A part of a draft whose first weights may come from its target, see {@link DraftModel#partsOf}. */
public enum DraftPart {
    /** Queries, keys, values and output of the target's last block, without biases; fused ones are taken apart. */
    ATTENTION,
    /** Gate, up and down of the target's last block; a mixture of experts has none. */
    FEED_FORWARD,
    /** The norm before the head. */
    OUTPUT_NORM,
    /** The head's rows of the draft's vocabulary. */
    HEAD
}
