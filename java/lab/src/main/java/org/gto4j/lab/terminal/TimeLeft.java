package org.gto4j.lab.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * How long a task will still take. The pace is that of the later half of the time since the first update: what was
 * there by then, the work of earlier parts of a resumed task above all, says nothing of it, and how a task begins says
 * little. Nothing is said before enough is known. Thread-safe.
 */
final class TimeLeft {
    private static final double LEAST_SECONDS = 5;
    /**
     * Of the task, unless it runs for {@link #LONG_SECONDS}: the first answers of many come late, then many at once.
     */
    private static final double LEAST_SHARE = 0.01;

    private static final double LONG_SECONDS = 60;
    private static final int MOST_UPDATES = 256;

    /**
     * An update.
     *
     * @param seconds of the clock
     * @param fraction of the task that was done
     */
    private record Update(double seconds, double fraction) {}

    private final LongSupplier nanos;
    private final List<Update> updates = new ArrayList<>();

    /** @param nanos a clock that never goes back, e.g. {@link System#nanoTime} */
    TimeLeft(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Tells what share of the task is done, 0..1. */
    synchronized void update(double fraction) {
        updates.add(new Update(nanos.getAsLong() * 1e-9, fraction));
        if (updates.size() > MOST_UPDATES) {
            thin();
        }
    }

    /** Leaves out every other update but the first and the last. */
    private void thin() {
        for (int i = updates.size() - 2; i > 0; i -= 2) {
            updates.remove(i);
        }
    }

    /** Seconds from the last update to the end; empty while too little is known, and at the end. */
    synchronized OptionalDouble seconds() {
        if (updates.isEmpty()) {
            return OptionalDouble.empty();
        }
        Update first = updates.get(0);
        Update last = updates.get(updates.size() - 1);
        double passed = last.seconds - first.seconds;
        double made = last.fraction - first.fraction;
        if (last.fraction >= 1 || made <= 0 || passed < LEAST_SECONDS || made < LEAST_SHARE && passed < LONG_SECONDS) {
            return OptionalDouble.empty();
        }
        Update middle = first;
        for (Update update : updates) {
            middle = update.seconds <= first.seconds + passed / 2 && update.fraction < last.fraction ? update : middle;
        }
        return OptionalDouble.of(
                (last.seconds - middle.seconds) * (1 - last.fraction) / (last.fraction - middle.fraction));
    }
}
