package org.gto4j.model;

/** How a draft's file holds its weights. */
public enum DraftFileType {
    /** Two bytes a weight, as drafts are shipped. */
    F16,
    /** Four bytes a weight: what training goes on from, bit for bit. */
    F32
}
