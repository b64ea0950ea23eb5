package org.gto4j.lab.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Bar charts as small SVG elements: for each category one bar a group, which says its number under the pointer. */
public final class BarChart {
    /** Of a category's room, what its bars take. */
    private static final double FILLED = 0.8;

    private BarChart() {}

    /**
     * An SVG element; empty without bars.
     *
     * @param categories on the x axis
     * @param groups by name: a value a category; one that isn't finite has no bar
     */
    public static String svg(
            String title, String xLabel, String yLabel, List<String> categories, Map<String, double[]> groups) {
        if (categories.isEmpty() || groups.isEmpty()) {
            return "";
        }
        double[] all = groups.values().stream()
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .toArray();
        Frame frame = new Frame(
                title,
                yLabel,
                Math.min(0, Arrays.stream(all).min().orElse(0)),
                Math.max(0, Arrays.stream(all).max().orElse(0)));
        double room = (frame.right() - frame.left()) / categories.size();
        double width = FILLED * room / groups.size();
        List<String> names = new ArrayList<>(groups.keySet());
        for (int group = 0; group < names.size(); group++) {
            frame.svg().open(group);
            double[] values = Objects.requireNonNull(groups.get(names.get(group)));
            for (int i = 0; i < values.length; i++) {
                if (Double.isFinite(values[i])) {
                    frame.svg()
                            .bar(
                                    frame.left() + (i + (1 - FILLED) / 2) * room + group * width,
                                    width - 1,
                                    frame.y().at(0),
                                    frame.y().at(values[i]),
                                    names.get(group) + ", " + categories.get(i) + ": " + Figures.shown(values[i]));
                }
            }
            frame.svg().close();
        }
        for (int i = 0; i < categories.size(); i++) {
            frame.below(frame.left() + (i + 0.5) * room, TextWidth.lines(categories.get(i), room));
        }
        return frame.element(xLabel, names);
    }
}
