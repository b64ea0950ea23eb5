package org.gto4j.lab.figure;

import java.util.List;
import java.util.Locale;

/** Cells as aligned columns of text. */
public final class TextTable {
    private TextTable() {}

    /**
     * One line a row, each ended with a newline; the first {@code textColumns} columns are aligned left, the others
     * right. Rows are equally long.
     */
    public static String print(List<List<String>> rows, int textColumns) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] =
                        Math.max(1, Math.max(widths[column], row.get(column).length()));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                String format = "%" + (column < textColumns ? "-" : "") + widths[column] + "s";
                text.append(column == 0 ? "" : "  ").append(String.format(Locale.ROOT, format, row.get(column)));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
