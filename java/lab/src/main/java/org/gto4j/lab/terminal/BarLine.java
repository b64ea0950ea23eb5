package org.gto4j.lab.terminal;

import java.util.Locale;
import java.util.OptionalDouble;

/** One line that shows how far a task is: "train 42% [==== ] 1:05, 1:30 left, step 12, loss 2.345". */
final class BarLine {
    private static final int WIDEST_BAR = 20;
    private static final int NARROWEST_BAR = 4;
    /** What stands around a bar: a space, two brackets. */
    private static final int AROUND_BAR = 3;

    private static final String SEPARATOR = ", ";

    private BarLine() {}

    /**
     * The line. Where there is little room the bar becomes shorter or goes, then the end of the detail is left out,
     * from a comma on, or else from a space on.
     *
     * @param fraction done, 0 to 1
     * @param elapsed seconds
     * @param left seconds, if they are known
     * @param detail what else there is to say; may be empty
     * @param width most characters
     */
    static String of(String task, double fraction, double elapsed, OptionalDouble left, String detail, int width) {
        String done = task + String.format(Locale.ROOT, " %3.0f%%", 100 * fraction);
        String time = " " + LineProgress.time(elapsed)
                + (left.isPresent() ? SEPARATOR + LineProgress.time(left.getAsDouble()) + " left" : "");
        String more = detail.isEmpty() ? "" : SEPARATOR + detail;
        int room = width - done.length() - time.length() - more.length() - AROUND_BAR;
        int bar = Math.min(WIDEST_BAR, room);
        String line = done + (bar < NARROWEST_BAR ? "" : " " + bar(fraction, bar)) + time + more;
        return line.length() <= width ? line : cut(line, width);
    }

    private static String bar(double fraction, int width) {
        int full = (int) Math.round(fraction * width);
        return "[" + "=".repeat(full) + " ".repeat(width - full) + "]";
    }

    private static String cut(String line, int width) {
        int room = Math.max(0, width);
        int end = Math.max(line.lastIndexOf(SEPARATOR, room), 0);
        if (end == 0) {
            end = line.lastIndexOf(' ', room);
        }
        return line.substring(0, end > 0 ? end : room);
    }
}
