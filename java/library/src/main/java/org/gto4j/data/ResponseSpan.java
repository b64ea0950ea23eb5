package org.gto4j.data;

/**
 * A run of a text's tokens that a model answered with, its end token included.
 *
 * @param start first token, 0-based, at least 1: something must stand before it to predict it from
 * @param end token after the last, above {@code start}
 */
public record ResponseSpan(int start, int end) {
    /** Tokens. */
    public int length() {
        return end - start;
    }
}
