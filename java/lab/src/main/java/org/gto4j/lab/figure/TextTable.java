package org.gto4j.lab.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cells as aligned columns of text. */
public final class TextTable {
    private static final String GAP = "  ";

    private TextTable() {}

    /**
     * One line a row, each ended with a newline; the first {@code textColumns} columns are aligned left, the others
     * right. Rows are equally long.
     */
    public static String print(List<List<String>> rows, int textColumns) {
        return print(rows, textColumns, Integer.MAX_VALUE);
    }

    /**
     * The same in lines of at most {@code width} characters, if the other columns leave room for it: a first cell that
     * takes more stands alone in the line above its row.
     */
    public static String print(List<List<String>> rows, int textColumns, int width) {
        int room = Math.max(1, width - othersWidth(rows));
        List<List<String>> lines = new ArrayList<>();
        for (List<String> row : rows) {
            if (row.get(0).length() > room) {
                lines.add(List.of(row.get(0)));
                List<String> others = new ArrayList<>(row);
                others.set(0, "");
                lines.add(others);
            } else {
                lines.add(row);
            }
        }
        return lines(lines, textColumns, rows.get(0).size());
    }

    /** What all columns but the first take, with the gaps before them. */
    private static int othersWidth(List<List<String>> rows) {
        int[] widths = widths(rows, rows.get(0).size());
        int sum = 0;
        for (int column = 1; column < widths.length; column++) {
            sum += GAP.length() + widths[column];
        }
        return sum;
    }

    /** Rows of one cell are printed as they are. */
    private static String lines(List<List<String>> rows, int textColumns, int columns) {
        int[] widths = widths(rows, columns);
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                String format =
                        row.size() < columns ? "%s" : "%" + (column < textColumns ? "-" : "") + widths[column] + "s";
                text.append(column == 0 ? "" : GAP).append(String.format(Locale.ROOT, format, row.get(column)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static int[] widths(List<List<String>> rows, int columns) {
        int[] widths = new int[columns];
        for (int column = 0; column < columns; column++) {
            int longest = 1;
            for (List<String> row : rows) {
                longest = row.size() < columns
                        ? longest
                        : Math.max(longest, row.get(column).length());
            }
            widths[column] = longest;
        }
        return widths;
    }
}
