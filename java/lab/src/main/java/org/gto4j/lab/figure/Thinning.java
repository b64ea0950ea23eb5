package org.gto4j.lab.figure;

import java.util.ArrayList;
import java.util.List;

/** Leaves out what a pixel can't show. */
final class Thinning {
    private Thinning() {}

    /**
     * Of all points of a stretch of the x axis only those with the least and the largest y, in their order. A stretch
     * without a value becomes one gap; a shorter gap can't be seen.
     *
     * @param stretches equal parts of the x axis, at least 1; a line of at most twice as many points stays as it is
     */
    static Series of(Series line, int stretches) {
        int count = line.x().length;
        if (count <= 2 * stretches) {
            return line;
        }
        double from = line.x()[0];
        double width = (line.x()[count - 1] - from) / stretches;
        List<Integer> kept = new ArrayList<>();
        for (int start = 0; start < count; ) {
            int end = start + 1;
            long stretch = number(line.x()[start], from, width);
            while (end < count && number(line.x()[end], from, width) == stretch) {
                end++;
            }
            keep(line.y(), start, end, kept);
            start = end;
        }
        return new Series(
                line.name(),
                kept.stream().mapToDouble(i -> line.x()[i]).toArray(),
                kept.stream().mapToDouble(i -> line.y()[i]).toArray());
    }

    private static long number(double x, double from, double width) {
        return width > 0 ? (long) Math.floor((x - from) / width) : 0;
    }

    private static void keep(double[] y, int start, int end, List<Integer> kept) {
        int least = -1;
        int largest = -1;
        for (int i = start; i < end; i++) {
            if (!Double.isNaN(y[i])) {
                least = least < 0 || y[i] < y[least] ? i : least;
                largest = largest < 0 || y[i] > y[largest] ? i : largest;
            }
        }
        if (least < 0) {
            kept.add(start);
        } else {
            kept.add(Math.min(least, largest));
            if (least != largest) {
                kept.add(Math.max(least, largest));
            }
        }
    }
}
