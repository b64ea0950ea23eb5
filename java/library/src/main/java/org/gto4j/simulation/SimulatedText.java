package org.gto4j.simulation;

import java.util.Arrays;
import org.gto4j.common.RecordValues;
import org.jspecify.annotations.Nullable;

/**
 * A text that was decoded by simulation.
 *
 * @param id of its sequence
 * @param accepted for each cycle the tokens gained without the cycle's own one, as
 *     {@link org.gto4j.Generation.Statistics#acceptedPerCycle} has them. Shared, not copied
 * @param seconds that the cycles would have taken by measured costs; NaN without costs
 */
public record SimulatedText(String id, int[] accepted, double seconds) {
    /** Verification cycles. */
    public int cycles() {
        return accepted.length;
    }

    /** Tokens gained in them, the target's own included: the response but for its first token. */
    public int tokens() {
        return accepted.length + Arrays.stream(accepted).sum();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
