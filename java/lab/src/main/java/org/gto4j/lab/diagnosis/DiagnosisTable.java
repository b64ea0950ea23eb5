package org.gto4j.lab.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.statistics.Estimate;

/** Diagnoses as text tables. */
public final class DiagnosisTable {
    private DiagnosisTable() {}

    /**
     * One line a draft and dataset: what became of greedy paths, and how long they and trees were; then the same by
     * depth.
     *
     * @param rows by draft and dataset, in order
     */
    public static String print(Map<List<String>, Misalignment> rows) {
        return "greedy paths (shares of cycles) and tokens a cycle, the target's own included\n" + summary(rows)
                + "why accepted paths ended (shares of cycles), and tokens a cycle if all that the draft offered for the trees were verified\n"
                + ends(rows)
                + "by depth: share of cycles whose tree lacks the greedy path from there on, and of those that the greedy path and the tree reach\n"
                + depths(rows);
    }

    private static String summary(Map<List<String>, Misalignment> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of(
                "draft",
                "texts of",
                "texts",
                "cycles",
                "pruned",
                "95%",
                "accepted is greedy",
                "95%",
                "is not",
                "nothing",
                "lost",
                "95%",
                "greedy",
                "95%",
                "tree",
                "95%"));
        rows.forEach((label, row) -> {
            List<String> line = new ArrayList<>(label);
            line.addAll(List.of(Integer.toString(row.texts()), Long.toString(row.cycles())));
            line.addAll(row.pruned().cells("%.2f"));
            line.addAll(row.onGreedyPath().cells("%.2f"));
            line.add(row.offGreedyPath().cells("%.2f").get(0));
            line.add(row.nothing().cells("%.2f").get(0));
            line.addAll(row.lost().cells("%.3f"));
            line.addAll(row.greedyLength().cells("%.2f"));
            line.addAll(row.treeLength().cells("%.2f"));
            lines.add(line);
        });
        return TextTable.print(lines, 2);
    }

    private static String ends(Map<List<String>, Misalignment> rows) {
        List<List<String>> lines = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("draft", "texts of"));
        for (PathEnd end : PathEnd.values()) {
            header.add(end.title());
        }
        header.addAll(List.of("all offered", "95%"));
        lines.add(header);
        rows.forEach((label, row) -> {
            List<String> line = new ArrayList<>(label);
            row.ends().values().forEach(share -> line.add(share.cells("%.3f").get(0)));
            line.addAll(row.offeredLength().cells("%.2f"));
            lines.add(line);
        });
        return TextTable.print(lines, 2);
    }

    private static String depths(Map<List<String>, Misalignment> rows) {
        int depth = rows.values().stream()
                .mapToInt(row -> row.missing().size())
                .max()
                .orElse(0);
        List<List<String>> lines = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("draft", "texts of", "depth"));
        for (int d = 1; d <= depth; d++) {
            header.add(Integer.toString(d));
        }
        lines.add(header);
        rows.forEach((label, row) -> {
            lines.add(line(label, "lacks", row, Misalignment::missing));
            lines.add(line(label, "greedy", row, Misalignment::greedyReached));
            lines.add(line(label, "tree", row, Misalignment::treeReached));
        });
        return TextTable.print(lines, 3);
    }

    private static List<String> line(
            List<String> label, String what, Misalignment row, Function<Misalignment, List<Estimate>> values) {
        List<String> line = new ArrayList<>(label);
        line.add(what);
        values.apply(row)
                .forEach(share -> line.add(
                        Double.isFinite(share.value()) ? String.format(Locale.ROOT, "%.3f", share.value()) : "-"));
        return line;
    }
}
