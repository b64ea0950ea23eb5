package org.gto4j.tree;

/** A text's tokens so far, prompt included; the last of them is the root of the next tree. A view that grows. */
public interface TokenHistory {
    /** Number of tokens, at least 1. */
    int size();

    /** Token i, {@code 0 <= i < size()}. */
    int token(int i);
}
