package org.gto4j.lab.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.simulation.SimulatedTau;
import org.gto4j.statistics.Interval;

/** Simulated decoding as text tables. */
public final class SimulationTable {
    private static final List<Integer> COLUMNS = List.of(2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 63);
    private static final int MOST_DEPTHS = 8;

    private SimulationTable() {}

    /**
     * One line a way of decoding; after tau the shares of cycles that accepted at least 1, 2, ... draft tokens.
     *
     * @param rows by draft, policy and kind of texts, in order
     */
    public static String print(Map<List<String>, SimulatedTau> rows) {
        boolean predicted = rows.values().stream().anyMatch(row -> Double.isFinite(row.speedup()));
        int depths = Math.min(
                MOST_DEPTHS,
                rows.values().stream()
                        .mapToInt(row -> row.reached().length)
                        .max()
                        .orElse(0));
        List<List<String>> lines = new ArrayList<>();
        List<String> header =
                new ArrayList<>(List.of("draft", "policy", "texts of", "texts", "cycles", "tau", "95% interval"));
        if (predicted) {
            header.add("predicted");
        }
        for (int k = 1; k <= depths; k++) {
            header.add(">=" + k);
        }
        lines.add(header);
        rows.forEach((label, row) -> {
            List<String> line = new ArrayList<>(label);
            line.addAll(List.of(
                    Integer.toString(row.texts()),
                    Long.toString(row.cycles()),
                    number("%.3f", row.tau()),
                    interval(row.interval())));
            if (predicted) {
                line.add(number("%.2fx", row.speedup()));
            }
            for (int k = 0; k < depths; k++) {
                line.add(k < row.reached().length ? number("%.2f", row.reached()[k]) : "-");
            }
            lines.add(line);
        });
        return TextTable.print(lines, 3);
    }

    /**
     * Tau and predicted speedup by depth (lines) and nodes (columns); chains, whose length is the depth, come first.
     */
    public static String print(List<GridCell> cells) {
        return "tau by depth and nodes\n" + grid(cells, GridCell::tau) + "predicted tokens/s against plain decoding\n"
                + grid(cells, GridCell::speedup);
    }

    private static String grid(List<GridCell> cells, ToDoubleFunction<GridCell> value) {
        List<Integer> columns = COLUMNS.stream()
                .filter(nodes -> cells.stream().anyMatch(cell -> cell.topK() > 1 && cell.nodes() == nodes))
                .toList();
        List<List<String>> lines = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("depth", "chain"));
        columns.forEach(nodes -> header.add(Integer.toString(nodes)));
        lines.add(header);
        for (int depth :
                cells.stream().mapToInt(GridCell::depth).distinct().sorted().toArray()) {
            String[] line = new String[header.size()];
            Arrays.fill(line, "-");
            line[0] = Integer.toString(depth);
            for (GridCell cell : cells) {
                int column = cell.topK() == 1 ? 1 : 2 + columns.indexOf(cell.nodes());
                if (cell.depth() == depth && column > 0 && (cell.topK() == 1 || columns.contains(cell.nodes()))) {
                    line[column] = number("%.2f", value.applyAsDouble(cell));
                }
            }
            lines.add(List.of(line));
        }
        return TextTable.print(lines, 0);
    }

    private static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
    }

    private static String interval(Interval interval) {
        return Double.isFinite(interval.low())
                ? String.format(Locale.ROOT, "[%.3f, %.3f]", interval.low(), interval.high())
                : "-";
    }
}
