package org.gto4j.model;

/**
 * What a draft's weights are rounded to where it drafts for a text, by ggml's names. Texts stay the target's with each:
 * the draft only proposes. On a GPU they are rounded to 16 bits with each.
 */
public enum DraftWeights {
    /** 8.5 bits a weight. */
    Q8_0,
    /** 4.5 bits: half of what a level of the tree reads, for 1 or 2% of the tokens a pass. */
    Q4_0;

    /**
     * Most weights of a draft that has 8 bits by default. More of them are more than a processor's caches hold, so that
     * their bytes are read from memory for each level of a tree.
     */
    static final long MOST_IN_CACHES = 32L << 20;

    /** What is best for a draft of so many weights. */
    static DraftWeights of(long parameters) {
        return parameters > MOST_IN_CACHES ? Q4_0 : Q8_0;
    }
}
