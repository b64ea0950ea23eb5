package org.gto4j.data;

/** Which texts count as having been there before. */
public enum Deduplication {
    /** None. */
    NONE,
    /** The same words in the same order, whatever their case and the white space between them. */
    EXACT,
    /**
     * Mostly the same words in the same order: ROUGE-L of at least 0.7 with an earlier text (the rule of Self-Instruct,
     * arXiv 2212.10560).
     */
    NEAR
}
