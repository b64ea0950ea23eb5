package org.gto4j.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The table of the papers: one line a way of decoding, SR (speedup ratio) and tau of each dataset, one part a temperature. */
public final class BenchTable {
    private BenchTable() {
    }

    /** Lines of equal width. */
    public static String print(List<BenchRow> rows) {
        StringBuilder text = new StringBuilder();
        Set<Double> temperatures = new LinkedHashSet<>();
        rows.forEach(row -> temperatures.add(row.row().temperature()));
        for (double temperature : temperatures) {
            text.append(String.format(Locale.ROOT, "temperature %.1f%n", temperature));
            append(text, rows.stream().filter(row -> row.row().temperature() == temperature).toList());
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<BenchRow> rows) {
        Set<String> datasets = new LinkedHashSet<>();
        Map<String, Map<String, BenchRow>> ways = new LinkedHashMap<>();
        for (BenchRow row : rows) {
            datasets.add(row.row().dataset());
            ways.computeIfAbsent(way(row.row()), key -> new LinkedHashMap<>()).put(row.row().dataset(), row);
        }
        List<List<String>> lines = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of(""));
        datasets.forEach(dataset -> header.addAll(List.of(dataset + " SR", "95%", "tau", "95%")));
        lines.add(header);
        ways.forEach((way, byDataset) -> {
            List<String> line = new ArrayList<>(List.of(way));
            datasets.forEach(dataset -> line.addAll(cells(byDataset.get(dataset))));
            lines.add(line);
        });
        text.append(TextTable.print(lines, 1));
    }

    private static String way(EvalRow row) {
        return row.mode().needsDraft() ? row.mode().label() + " " + row.draft() : row.mode().label();
    }

    private static List<String> cells(BenchRow row) {
        return List.of(number(row.row().speedup()), interval(row.speedupInterval()), number(row.row().tau()), interval(row.row().tauInterval()));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
    }

    private static String interval(Interval interval) {
        return Double.isFinite(interval.low()) ? String.format(Locale.ROOT, "[%.2f, %.2f]", interval.low(), interval.high()) : "-";
    }
}
