package org.gto4j.eval;

import java.util.Collection;

/**
 * How far the target's own rounding depends on the number of rows of a pass, measured by {@link GreedyReference#rounding}: kernels for one row and for several
 * add up in another order, and those of quantised weights round activations differently. No draft takes part in it.
 *
 * @param positions compared: once in a pass of one row, once in a pass of {@link GreedyReference#ROWS}
 * @param flips     positions where the passes choose different tokens
 * @param widest    largest change of the gap between the two best logits, at least 0
 */
public record Rounding(int positions, int flips, double widest) {
    /** Nothing measured. */
    public static final Rounding NONE = new Rounding(0, 0, 0);

    /** Measurements of several texts, taken together. */
    static Rounding of(Collection<Rounding> parts) {
        return parts.stream().reduce(NONE, (a, b) -> new Rounding(a.positions + b.positions, a.flips + b.flips, Math.max(a.widest, b.widest)));
    }
}
