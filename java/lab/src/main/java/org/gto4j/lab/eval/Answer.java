package org.gto4j.lab.eval;

import java.util.Arrays;
import org.gto4j.Generation;
import org.gto4j.common.RecordValues;
import org.jspecify.annotations.Nullable;

/**
 * What one way of decoding made of one prompt.
 *
 * @param tokens the text, without an end token
 * @param cycles passes of the target after the prompt's
 * @param gained tokens gained in them, the target's own included, an end token too
 * @param seconds time of the cycles
 * @param modelSeconds what {@link CostMeter} says that they take; NaN if nothing is known about it
 */
public record Answer(int[] tokens, int cycles, int gained, double seconds, double modelSeconds) {
    static Answer of(Generation generation, double modelSeconds) {
        Generation.Statistics statistics = generation.statistics();
        int gained = statistics.cycles()
                + Arrays.stream(statistics.acceptedPerCycle()).sum();
        return new Answer(
                generation.tokens(), statistics.cycles(), gained, statistics.decodeNanos() * 1e-9, modelSeconds);
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
