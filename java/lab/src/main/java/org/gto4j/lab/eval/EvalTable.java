package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gto4j.lab.figure.LineBreaks;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.statistics.Interval;

/** Results as aligned text for a terminal of 80 columns: a table for each dataset and temperature. */
public final class EvalTable {
    private static final List<String> HEADER = List.of("", "tau", "95% interval", "tokens/s", "speedup");

    private EvalTable() {}

    /** Tables below their titles, the header first; what is not a number is "-". */
    public static String print(List<EvalRow> rows) {
        Map<String, List<List<String>>> tables = new LinkedHashMap<>();
        for (EvalRow row : rows) {
            tables.computeIfAbsent(row.setting(), title -> new ArrayList<>(List.of(HEADER)))
                    .add(cells(row));
        }
        StringBuilder text = new StringBuilder();
        tables.forEach((title, lines) ->
                text.append(title).append('\n').append(TextTable.print(lines, 1, LineBreaks.TERMINAL)));
        return text.toString();
    }

    private static List<String> cells(EvalRow row) {
        return List.of(
                row.method().label(),
                number("%.3f", row.tau()),
                interval(row.tauInterval()),
                number("%.1f", row.tokensPerSecond()),
                number("%.2fx", row.speedup()));
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
