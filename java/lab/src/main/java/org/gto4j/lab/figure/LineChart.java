package org.gto4j.lab.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Line charts as small SVGs: of few points, and with solid grid lines, as each dash would become a shape of its own.
 */
public final class LineChart {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 320;
    private static final int MOST_POINTS = 60;
    /** Axis labels of values below this would read 0.00. */
    private static final double SMALL = 0.05;

    private LineChart() {}

    /** An SVG element; series without a finite value are left out. Empty if none is left. */
    public static String svg(Chart lines) {
        List<Series> drawn = lines.series().stream()
                .map(line -> line.averaged(MOST_POINTS))
                .filter(line -> Arrays.stream(line.y()).anyMatch(Double::isFinite))
                .toList();
        if (drawn.isEmpty()) {
            return "";
        }
        System.setProperty("java.awt.headless", "true");
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(lines.title())
                .xAxisTitle(lines.xLabel())
                .yAxisTitle(lines.yLabel())
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setLegendBorderColor(Color.WHITE)
                .setPlotBorderVisible(false);
        chart.getStyler().setPlotGridLinesColor(new Color(0xE4, 0xE7, 0xEB));
        chart.getStyler()
                .setXAxisDecimalPattern("#,##0.#")
                .setYAxisDecimalPattern(largest(drawn) < SMALL ? "0.0E0" : "0.00");
        chart.getStyler().setPlotGridLinesStroke(new BasicStroke(1));
        for (Series line : drawn) {
            chart.addSeries(line.name(), line.x(), line.y())
                    .setMarker(SeriesMarkers.NONE)
                    .setLineStyle(SeriesLines.SOLID);
        }
        return ChartSvg.of(chart);
    }

    private static double largest(List<Series> series) {
        return series.stream()
                .flatMapToDouble(line -> Arrays.stream(line.y()))
                .filter(Double::isFinite)
                .map(Math::abs)
                .max()
                .orElse(0);
    }
}
