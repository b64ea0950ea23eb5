package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.statistics.Interval;

/** Results as an aligned text table. */
public final class EvalTable {
    private static final List<String> HEADER =
            List.of("draft", "policy", "temp", "dataset", "prompts", "tau", "95% interval", "tokens/s", "speedup");
    private static final int TEXT_COLUMNS = 4;

    private EvalTable() {}

    /** Column titles, in the order of {@link #cells}. */
    public static List<String> header() {
        return HEADER;
    }

    /** A row's cells as text; what is not a number is "-". */
    public static List<String> cells(EvalRow row) {
        return List.of(
                row.method().draft(),
                row.method().policy(),
                number("%.1f", row.temperature()),
                row.dataset(),
                Integer.toString(row.prompts()),
                number("%.3f", row.tau()),
                interval(row.tauInterval()),
                number("%.1f", row.tokensPerSecond()),
                number("%.2fx", row.speedup()));
    }

    /** Lines of equal width, the header first; the last line ends with a newline. */
    public static String print(List<EvalRow> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADER);
        rows.forEach(row -> lines.add(cells(row)));
        return TextTable.print(lines, TEXT_COLUMNS);
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
