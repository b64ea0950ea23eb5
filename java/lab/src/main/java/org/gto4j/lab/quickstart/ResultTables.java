package org.gto4j.lab.quickstart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.gto4j.lab.eval.BenchRow;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.statistics.Interval;

/**
 * The tables of results: what users get, and below it what research compares.
 *
 * @param byDefault rows of the default decoder and of plain decoding
 * @param fixed rows of fixed chains and trees and of plain decoding
 */
record ResultTables(List<BenchRow> byDefault, List<BenchRow> fixed) {
    static final String FIXED_TITLE = "Fixed trees, for research";

    /** The default decoder's rows come before those that it is compared with. */
    ResultTables {
        byDefault = byDefault.stream()
                .sorted(Comparator.comparing((BenchRow row) -> row.row().temperature())
                        .thenComparing(row -> row.row().method().mode() == Mode.PLAIN))
                .toList();
        fixed = List.copyOf(fixed);
    }

    static ResultTables of(Measurements measurements) {
        return new ResultTables(
                measurements.rows(Measurements.Part.DEFAULT), measurements.rows(Measurements.Part.FIXED));
    }

    static List<String> header() {
        return List.of(
                "decoding",
                "speedup",
                "95%",
                "tokens/s",
                "tokens a cycle",
                "95%",
                "texts that differ",
                "questions",
                "temp");
    }

    static List<List<String>> cells(List<BenchRow> rows) {
        return rows.stream().map(ResultTables::cells).toList();
    }

    private static List<String> cells(BenchRow row) {
        return List.of(
                name(row),
                number("%.2f", row.row().speedup()),
                interval(row.speedupInterval()),
                number("%.1f", row.row().tokensPerSecond()),
                number("%.2f", row.row().tau()),
                interval(row.row().tauInterval()),
                row.differing() < 0 ? "-" : Integer.toString(row.differing()),
                Integer.toString(row.row().prompts()),
                number("%.0f", row.row().temperature()));
    }

    private static String name(BenchRow row) {
        return switch (row.row().method().mode()) {
            case PLAIN -> "without a draft";
            case COST_AWARE -> "with the draft (the default)";
            default -> row.row().method().label();
        };
    }

    /** Both, as text. */
    String print() {
        return print(byDefault) + "\n" + FIXED_TITLE + "\n" + print(fixed);
    }

    private static String print(List<BenchRow> rows) {
        List<List<String>> lines = new ArrayList<>(List.of(header()));
        lines.addAll(cells(rows));
        return TextTable.print(lines, 1);
    }

    private static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
    }

    private static String interval(Interval interval) {
        return Double.isFinite(interval.low())
                ? String.format(Locale.ROOT, "%.2f to %.2f", interval.low(), interval.high())
                : "-";
    }
}
