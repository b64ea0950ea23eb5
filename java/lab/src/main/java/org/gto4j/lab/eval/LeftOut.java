package org.gto4j.lab.eval;

/**
 * A way of decoding that a run gave up.
 *
 * @param method which
 * @param reason why, as the program that failed says it
 */
public record LeftOut(DecodingMethod method, String reason) {
    /** One line, the reason's first. */
    public String line() {
        return method.label() + " is left out: " + reason.lines().findFirst().orElse("");
    }
}
