package org.gto4j.lab.figure;

import java.math.BigDecimal;
import java.util.List;

/** What is around a plot: title, y axis with grid, labels of both axes, legend. Coordinates are pixels. */
final class Frame {
    static final int WIDTH = 480;
    /** Height of the plot. */
    private static final int HEIGHT = 220;

    private static final int LINE = 18;
    private static final int MARGIN = 10;
    private static final int SWATCH = 18;
    private static final int MOST_Y_STEPS = 7;
    /** Values that are all above this share of the largest get an axis that doesn't begin with zero. */
    private static final double NEAR_ZERO = 0.4;

    private final Svg svg = new Svg();
    private final String title;
    private final double left;
    private final double top;
    private final Scale y;
    private double end;

    /**
     * Draws title and y axis.
     *
     * @param low least value
     * @param high largest value
     */
    Frame(String title, String yLabel, double low, double high) {
        this.title = title;
        RoundSteps steps = steps(low, high);
        List<String> labels = steps.labels();
        left = MARGIN + 6 + labels.stream().mapToDouble(TextWidth::of).max().orElse(0);
        double line = MARGIN;
        for (String part : TextWidth.lines(title, (WIDTH - 2 * MARGIN) * 13.0 / 16)) {
            line += LINE;
            svg.text(MARGIN, line - 4, "start", "title", part);
        }
        svg.text(MARGIN, line + LINE - 2, "start", "", yLabel);
        top = line + LINE + 12;
        end = top + HEIGHT;
        y = new Scale(steps.lowest(), steps.highest(), end, top);
        grid(steps.values(), labels);
    }

    private static RoundSteps steps(double low, double high) {
        double from = low > 0 && low < NEAR_ZERO * high ? 0 : low;
        double to = high;
        if (to - from <= 1e-9 * Math.max(Math.abs(from), Math.abs(to))) {
            double room = from == 0 ? 1 : Math.abs(from) / 10;
            from = from == 0 ? 0 : from - room;
            to += room;
        }
        return RoundSteps.around(from, to, MOST_Y_STEPS);
    }

    private void grid(List<BigDecimal> values, List<String> labels) {
        PathData lines = new PathData();
        for (int i = 0; i < labels.size(); i++) {
            double at = y.at(values.get(i).doubleValue());
            lines.move(left, at);
            lines.line(right(), at);
            svg.text(left - 6, at + 4, "end", "", labels.get(i));
        }
        svg.path("grid", lines);
    }

    Svg svg() {
        return svg;
    }

    double left() {
        return left;
    }

    double right() {
        return WIDTH - MARGIN - 4;
    }

    /** Of the plot. */
    double bottom() {
        return top + HEIGHT;
    }

    Scale y() {
        return y;
    }

    /** Adds a label below the plot; what follows goes below it. */
    void below(double x, List<String> lines) {
        double line = bottom();
        for (String text : lines) {
            line += LINE;
            double room = TextWidth.of(text) / 2;
            svg.text(Math.max(room, Math.min(WIDTH - room, x)), line, "middle", "", text);
        }
        end = Math.max(end, line);
    }

    /** Ends the picture with the x axis's label and a legend, which one name doesn't need. */
    String element(String xLabel, List<String> names) {
        end += LINE + 2;
        svg.text((left + right()) / 2, end, "middle", "", xLabel);
        double x = MARGIN;
        end += names.size() > 1 ? LINE + 6 : 0;
        for (int i = 0; i < names.size() && names.size() > 1; i++) {
            double width = SWATCH + 6 + TextWidth.of(names.get(i)) + LINE;
            if (x > MARGIN && x + width > WIDTH) {
                x = MARGIN;
                end += LINE;
            }
            PathData swatch = new PathData();
            swatch.move(x, end - 4);
            swatch.line(x + SWATCH, end - 4);
            svg.open(i).path("line", swatch).close();
            svg.text(x + SWATCH + 6, end, "start", "", names.get(i));
            x += width;
        }
        return svg.element(WIDTH, end + MARGIN, title);
    }
}
