package org.gto4j.lab.figure;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Line charts as SVG elements of a few kilobytes. Some points of each line, all of a short one, say their numbers under
 * the pointer.
 */
public final class LineChart {
    /** A pair of points every other pixel shows all of a line. */
    private static final int STRETCHES = 220;

    private static final int MOST_HITS = 24;
    private static final int MOST_X_STEPS = 7;
    /** Larger values are left out: no axis shows them beside others. */
    private static final double LARGEST = 1e30;

    private final Chart chart;
    private final List<Series> lines;
    private final Frame frame;
    private final Scale x;

    private LineChart(Chart chart, List<Series> lines) {
        this.chart = chart;
        this.lines = lines;
        frame = new Frame(
                chart.title(),
                chart.yLabel(),
                extreme(lines, Series::y, DoubleStream::min),
                extreme(lines, Series::y, DoubleStream::max));
        double first = extreme(lines, Series::x, DoubleStream::min);
        double last = extreme(lines, Series::x, DoubleStream::max);
        x = last > first
                ? new Scale(first, last, frame.left(), frame.right())
                : new Scale(first - 1, first + 1, frame.left(), frame.right());
    }

    private static double extreme(
            List<Series> lines, Function<Series, double[]> values, Function<DoubleStream, OptionalDouble> of) {
        return of.apply(lines.stream()
                        .flatMapToDouble(line -> Arrays.stream(values.apply(line)))
                        .filter(value -> Math.abs(value) < LARGEST))
                .orElseThrow();
    }

    /** An SVG element; series without a finite value are left out. Empty if none is left. */
    public static String svg(Chart chart) {
        List<Series> drawn = chart.series().stream()
                .map(LineChart::drawable)
                .filter(line -> Arrays.stream(line.y()).anyMatch(Double::isFinite))
                .toList();
        return drawn.isEmpty() ? "" : new LineChart(chart, drawn).draw();
    }

    /** What can't be drawn becomes a gap. */
    private static Series drawable(Series line) {
        double[] y = line.y().clone();
        Arrays.setAll(y, i -> Math.abs(line.x()[i]) < LARGEST && Math.abs(y[i]) < LARGEST ? y[i] : Double.NaN);
        return Thinning.of(new Series(line.name(), line.x(), y), STRETCHES);
    }

    private String draw() {
        xAxis();
        for (int i = 0; i < lines.size(); i++) {
            frame.svg().open(i);
            line(lines.get(i));
            frame.svg().close();
        }
        // Above all lines, so that none hides another's points.
        for (int i = 0; i < lines.size(); i++) {
            frame.svg().open(i);
            hits(lines.get(i));
            frame.svg().close();
        }
        return frame.element(chart.xLabel(), lines.stream().map(Series::name).toList());
    }

    private void xAxis() {
        boolean whole =
                lines.stream().flatMapToDouble(line -> Arrays.stream(line.x())).allMatch(v -> v == Math.rint(v));
        RoundSteps steps = RoundSteps.inside(x.low(), x.high(), MOST_X_STEPS, whole);
        List<BigDecimal> values = steps.values();
        List<String> labels = steps.labels();
        PathData marks = new PathData();
        for (int i = 0; i < labels.size(); i++) {
            double at = x.at(values.get(i).doubleValue());
            marks.move(at, frame.bottom());
            marks.line(at, frame.bottom() + 4);
            frame.below(at, List.of(labels.get(i)));
        }
        frame.svg().path("grid", marks);
    }

    /** One path with its gaps; a point between two gaps is a dot. */
    private void line(Series line) {
        PathData path = new PathData();
        double[] values = line.y();
        for (int i = 0; i < values.length; i++) {
            boolean starts = i == 0 || Double.isNaN(values[i - 1]);
            boolean ends = i + 1 == values.length || Double.isNaN(values[i + 1]);
            if (Double.isNaN(values[i])) {
                continue;
            }
            double atX = x.at(line.x()[i]);
            double atY = frame.y().at(values[i]);
            if (starts && ends) {
                frame.svg().circle("dot", atX, atY, 3, "");
            } else if (starts) {
                path.move(atX, atY);
            } else {
                path.line(atX, atY);
            }
        }
        frame.svg().path("line", path);
    }

    private void hits(Series line) {
        int[] there = IntStream.range(0, line.y().length)
                .filter(i -> !Double.isNaN(line.y()[i]))
                .toArray();
        int count = Math.min(MOST_HITS, there.length);
        for (int hit = 0; hit < count; hit++) {
            int i = there[count == 1 ? 0 : (int) ((long) hit * (there.length - 1) / (count - 1))];
            frame.svg()
                    .circle(
                            "hit",
                            x.at(line.x()[i]),
                            frame.y().at(line.y()[i]),
                            8,
                            line.name() + ": " + Figures.shown(line.y()[i]) + " (" + chart.xLabel() + " "
                                    + Figures.shown(line.x()[i]) + ")");
        }
    }
}
