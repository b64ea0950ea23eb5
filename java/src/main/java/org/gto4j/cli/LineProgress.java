package org.gto4j.cli;

import java.io.PrintStream;
import java.util.Locale;

/** A line now and then, for a log file or a pipe. */
final class LineProgress implements Progress {
    private static final double INTERVAL_SECONDS = 15;

    private final String task;
    private final PrintStream err;
    private final long start = System.nanoTime();
    private double firstFraction = Double.NaN;
    private double lastFraction;
    private String lastDetail = "";
    private double printed;
    private boolean current = true;

    LineProgress(String task, PrintStream err) {
        this.task = task;
        this.err = err;
    }

    @Override
    public void update(double fraction, String detail) {
        firstFraction = Double.isNaN(firstFraction) ? fraction : firstFraction;
        lastFraction = fraction;
        lastDetail = detail;
        current = false;
        if (seconds() - printed >= INTERVAL_SECONDS) {
            print();
        }
    }

    private void print() {
        double made = lastFraction - firstFraction;
        String left = made > 0 && lastFraction < 1 ? ", " + time(seconds() * (1 - lastFraction) / made) + " left" : "";
        err.println(String.format(Locale.ROOT, "%s: %.0f%%%s%s%s", task, 100 * lastFraction, left, lastDetail.isEmpty() ? "" : ", ", lastDetail));
        err.flush();
        printed = seconds();
        current = true;
    }

    /** "1:05:07", "5:07". */
    static String time(double seconds) {
        long whole = Math.round(seconds);
        String minutes = String.format(Locale.ROOT, whole >= 3600 ? "%02d:%02d" : "%d:%02d", whole / 60 % 60, whole % 60);
        return whole >= 3600 ? whole / 3600 + ":" + minutes : minutes;
    }

    private double seconds() {
        return (System.nanoTime() - start) * 1e-9;
    }

    @Override
    public void close() {
        if (!current) {
            print();
        }
    }
}
