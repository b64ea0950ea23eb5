package org.gto4j.lab.terminal;

import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** A line now and then, for a log file or a pipe. */
public final class LineProgress implements Progress {
    private static final double INTERVAL_SECONDS = 15;

    private final String task;
    private final PrintStream err;
    private final LongSupplier nanos;
    private final TimeLeft timeLeft;
    private double lastFraction;
    private String lastDetail = "";
    private long printed;
    private boolean current = true;

    /** @param nanos a clock that never goes back, e.g. {@link System#nanoTime} */
    LineProgress(String task, PrintStream err, LongSupplier nanos) {
        this.task = task;
        this.err = err;
        this.nanos = nanos;
        timeLeft = new TimeLeft(nanos);
        printed = nanos.getAsLong();
    }

    @Override
    public void update(double fraction, String detail) {
        timeLeft.update(fraction);
        lastFraction = fraction;
        lastDetail = detail;
        current = false;
        if ((nanos.getAsLong() - printed) * 1e-9 >= INTERVAL_SECONDS) {
            print();
        }
    }

    private void print() {
        OptionalDouble seconds = timeLeft.seconds();
        String left = seconds.isPresent() ? ", " + time(seconds.getAsDouble()) + " left" : "";
        err.println(String.format(
                Locale.ROOT,
                "%s: %.0f%%%s%s%s",
                task,
                100 * lastFraction,
                left,
                lastDetail.isEmpty() ? "" : ", ",
                lastDetail));
        err.flush();
        printed = nanos.getAsLong();
        current = true;
    }

    /** "1:05:07", "5:07". */
    public static String time(double seconds) {
        long whole = Math.round(seconds);
        String minutes =
                String.format(Locale.ROOT, whole >= 3600 ? "%02d:%02d" : "%d:%02d", whole / 60 % 60, whole % 60);
        return whole >= 3600 ? whole / 3600 + ":" + minutes : minutes;
    }

    @Override
    public void close() {
        if (!current) {
            print();
        }
    }
}
