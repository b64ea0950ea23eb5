package org.gto4j.eval;

import java.util.List;

/**
 * A chart of lines.
 *
 * @param title  above it
 * @param xLabel below the x axis
 * @param yLabel beside the y axis
 * @param series lines; a chart without a finite value isn't drawn
 */
public record Chart(String title, String xLabel, String yLabel, List<Series> series) {
    /** Keeps a copy. */
    public Chart {
        series = List.copyOf(series);
    }

    /** Over the steps of training. */
    static Chart ofSteps(String title, String yLabel, List<Series> series) {
        return new Chart(title, "step", yLabel, series);
    }
}
