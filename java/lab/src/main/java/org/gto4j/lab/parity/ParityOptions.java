package org.gto4j.lab.parity;

import java.util.List;
import org.gto4j.error.GtoException;

/**
 * What a {@link Parity} compares.
 *
 * @param temperature of the samplers, at least 0; 0 is greedy
 * @param slots numbers of texts that each way decodes at once, 1..256: with 1 by a {@link org.gto4j.TreeDecoder}, else
 *     by a {@link org.gto4j.BatchDecoder}
 * @param measured whether the target's own rounding is measured if some text differs, which takes about a third of the
 *     reference's time
 */
public record ParityOptions(double temperature, List<Integer> slots, boolean measured) {
    /** Checks the ranges. */
    public ParityOptions {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "temperature must be at least 0, found " + temperature);
        }
        slots = List.copyOf(slots);
        if (slots.isEmpty()) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "slots: expected at least one number");
        }
    }

    /** Greedy texts, one at a time. */
    public static ParityOptions greedy(boolean measured) {
        return new ParityOptions(0, List.of(1), measured);
    }
}
