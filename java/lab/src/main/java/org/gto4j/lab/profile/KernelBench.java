package org.gto4j.lab.profile;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.gto4j.lab.figure.Chart;
import org.gto4j.lab.figure.LineChart;
import org.gto4j.lab.figure.Series;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.model.KernelTimes;

/**
 * What products with weights of several types take: tables and charts of {@link KernelTimes}.
 *
 * @param times one a type
 */
public record KernelBench(List<KernelTimes> times) {
    private static final double GIGA = 1e9;

    /** Copies the list. */
    public KernelBench {
        times = List.copyOf(times);
    }

    /** Names of the columns of {@link #cells}. */
    public static List<String> header() {
        return List.of("type", "rows", "ms", "GB/s", "passes", "ggml ms", "ggml GB/s", "ggml passes", "speedup");
    }

    /** A line for each type and number of rows; what wasn't measured is "-". */
    public List<List<String>> cells() {
        List<List<String>> lines = new ArrayList<>();
        for (KernelTimes of : times) {
            for (int i = 0; i < of.rows().length; i++) {
                List<String> line = new ArrayList<>(List.of(of.type(), Integer.toString(of.rows()[i])));
                line.addAll(figures(of, of.seconds(), i));
                boolean compared = of.ggmlSeconds().length > 0;
                line.addAll(compared ? figures(of, of.ggmlSeconds(), i) : List.of("-", "-", "-"));
                line.add(compared ? number(of.ggmlSeconds()[i] / of.seconds()[i]) : "-");
                lines.add(line);
            }
        }
        return lines;
    }

    private static List<String> figures(KernelTimes of, double[] seconds, int i) {
        return List.of(
                String.format(Locale.ROOT, "%.3f", seconds[i] * 1e3),
                String.format(Locale.ROOT, "%.1f", of.bytes() / seconds[i] / GIGA),
                number(seconds[i] / seconds[0]));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** The table as aligned text. */
    public String print() {
        List<List<String>> lines = new ArrayList<>(List.of(header()));
        lines.addAll(cells());
        return TextTable.print(lines, 1);
    }

    /** What is written down of each type: an array. */
    public ArrayNode toJson() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (KernelTimes of : times) {
            ObjectNode type = array.addObject()
                    .put("type", of.type())
                    .put("outputs", of.outputs())
                    .put("columns", of.columns())
                    .put("bytes", of.bytes())
                    .put("device_bytes", of.deviceBytes());
            Arrays.stream(of.rows()).forEach(type.putArray("rows")::add);
            Arrays.stream(of.seconds()).forEach(type.putArray("seconds")::add);
            Arrays.stream(of.ggmlSeconds()).forEach(type.putArray("ggml_seconds")::add);
        }
        return array;
    }

    /** What some rows cost beside the fewest, which is one: a line for each type, and one for ggml's kernels. */
    public Chart costs() {
        List<Series> lines = new ArrayList<>();
        for (KernelTimes of : times) {
            lines.add(series(of.type(), of, of.seconds(), of.seconds()[0]));
        }
        for (KernelTimes of : times) {
            if (of.ggmlSeconds().length > 0) {
                lines.add(series(of.type() + ", ggml", of, of.ggmlSeconds(), of.ggmlSeconds()[0]));
            }
        }
        return new Chart("Cost of some rows", "rows", "passes of one row", lines);
    }

    /** How much faster than ggml's kernels; without lines where these weren't measured. */
    public Chart speedups() {
        return new Chart(
                "Speed beside ggml's kernels",
                "rows",
                "times as fast",
                times.stream()
                        .filter(of -> of.ggmlSeconds().length > 0)
                        .map(of -> {
                            double[] ratios = of.ggmlSeconds().clone();
                            Arrays.setAll(ratios, i -> ratios[i] / of.seconds()[i]);
                            return series(of.type(), of, ratios, 1);
                        })
                        .toList());
    }

    /** {@link #costs()} as an SVG document. */
    public String svg() {
        return LineChart.svg(costs());
    }

    private static Series series(String name, KernelTimes of, double[] values, double unit) {
        return new Series(
                name,
                Arrays.stream(of.rows()).asDoubleStream().toArray(),
                Arrays.stream(values).map(value -> value / unit).toArray());
    }
}
