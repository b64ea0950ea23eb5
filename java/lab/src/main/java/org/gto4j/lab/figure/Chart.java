package org.gto4j.lab.figure;

import java.util.List;

/**
 * A chart of lines.
 *
 * @param title above it
 * @param xLabel below the x axis
 * @param yLabel beside the y axis
 * @param series lines; a chart without a finite value isn't drawn
 */
public record Chart(String title, String xLabel, String yLabel, List<Series> series) {
    /** Of a curve of training: a step's own values are mostly noise. */
    private static final int STEP_POINTS = 60;

    /** Keeps a copy. */
    public Chart {
        series = List.copyOf(series);
    }

    /** Over the steps of training, as means over neighbouring steps. */
    public static Chart ofSteps(String title, String yLabel, List<Series> series) {
        return new Chart(
                title,
                "step",
                yLabel,
                series.stream().map(line -> line.averaged(STEP_POINTS)).toList());
    }
}
