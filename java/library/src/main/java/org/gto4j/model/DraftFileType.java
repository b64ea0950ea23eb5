package org.gto4j.model;

/** How a draft's file holds its weights. */
public enum DraftFileType {
    /** Two bytes a weight, as drafts are shipped. */
    F16,
    /** Two bytes a weight, with the range of F32, as many checkpoints hold them. */
    BF16,
    /** Four bytes a weight: what training goes on from, bit for bit. */
    F32
}
