package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.statistics.Interval;

/**
 * The table of the papers, one for each temperature and dataset: SR (speedup ratio over plain decoding) and tau of each
 * way of decoding; beside them, where they were measured, the ratio over the best stock setting, the cost model's
 * tokens a second, and the number of prompts with another text than plain decoding's.
 */
public final class BenchTable {
    private BenchTable() {}

    /** Titled tables of aligned columns. */
    public static String print(List<BenchRow> rows) {
        StringBuilder text = new StringBuilder();
        tables(rows, (title, lines) -> text.append(title).append('\n').append(TextTable.print(lines, 1)));
        return text.toString();
    }

    /** Gives each table: its title, and its lines of cells, the header first. */
    public static void tables(List<BenchRow> rows, BiConsumer<String, List<List<String>>> table) {
        Map<String, List<BenchRow>> parts = new LinkedHashMap<>();
        for (BenchRow row : rows) {
            parts.computeIfAbsent(row.row().setting(), title -> new ArrayList<>())
                    .add(row);
        }
        boolean stock = rows.stream().anyMatch(row -> Double.isFinite(row.overStock()));
        boolean model = rows.stream().anyMatch(row -> Double.isFinite(row.modelTokensPerSecond()));
        parts.forEach((title, part) -> {
            List<List<String>> lines = new ArrayList<>();
            lines.add(header(stock, model));
            part.forEach(row -> lines.add(cells(row, stock, model)));
            table.accept(title, lines);
        });
    }

    private static List<String> header(boolean stock, boolean model) {
        List<String> header = new ArrayList<>(List.of("", "tokens/s", "SR", "95%", "tau", "95%"));
        if (stock) {
            header.addAll(List.of("/ stock", "95%"));
        }
        if (model) {
            header.add("model");
        }
        header.add("differ");
        return header;
    }

    private static List<String> cells(BenchRow row, boolean stock, boolean model) {
        EvalRow plain = row.row();
        List<String> cells = new ArrayList<>(List.of(
                plain.method().label(),
                number("%.1f", plain.tokensPerSecond()),
                number("%.2f", plain.speedup()),
                interval(row.speedupInterval()),
                number("%.2f", plain.tau()),
                interval(plain.tauInterval())));
        if (stock) {
            cells.addAll(List.of(number("%.2f", row.overStock()), interval(row.overStockInterval())));
        }
        if (model) {
            cells.add(number("%.1f", row.modelTokensPerSecond()));
        }
        cells.add(row.differing() < 0 ? "-" : Integer.toString(row.differing()));
        return cells;
    }

    private static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
    }

    private static String interval(Interval interval) {
        return Double.isFinite(interval.low())
                ? String.format(Locale.ROOT, "[%.2f, %.2f]", interval.low(), interval.high())
                : "-";
    }
}
