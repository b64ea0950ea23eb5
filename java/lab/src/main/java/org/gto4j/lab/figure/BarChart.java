package org.gto4j.lab.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Bar charts as small SVGs, with solid grid lines as in {@link LineChart}: for each category one bar a group. */
public final class BarChart {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 320;

    private BarChart() {}

    /**
     * An SVG element; empty without bars.
     *
     * @param categories on the x axis
     * @param groups by name: a finite value a category
     */
    public static String svg(
            String title, String xLabel, String yLabel, List<String> categories, Map<String, double[]> groups) {
        if (categories.isEmpty() || groups.isEmpty()) {
            return "";
        }
        System.setProperty("java.awt.headless", "true");
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xLabel)
                .yAxisTitle(yLabel)
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setLegendBorderColor(Color.WHITE)
                .setPlotBorderVisible(false);
        chart.getStyler()
                .setPlotGridLinesColor(new Color(0xE4, 0xE7, 0xEB))
                .setYAxisDecimalPattern("0.00")
                .setYAxisMin(0.0)
                .setPlotGridLinesStroke(new BasicStroke(1));
        groups.forEach((name, values) -> chart.addSeries(
                name, new ArrayList<>(categories), Arrays.stream(values).boxed().toList()));
        return ChartSvg.of(chart);
    }
}
