package org.gto4j.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.statistics.Estimate;

/** Arms as a text table. */
public final class ExperimentTable {
    private ExperimentTable() {}

    /**
     * One line an arm: steps, tokens and minutes, tau of trees and chains with intervals, and their gains over the
     * control with intervals.
     */
    public static String print(List<ArmRow> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of(
                "arm",
                "steps",
                "tokens",
                "minutes",
                "tree tau",
                "95%",
                "gain",
                "95%",
                "chain tau",
                "95%",
                "gain",
                "95%"));
        for (ArmRow row : rows) {
            List<String> line = new ArrayList<>(List.of(
                    row.arm(),
                    Long.toString(row.steps()),
                    Long.toString(row.tokens()),
                    String.format(Locale.ROOT, "%.1f", row.seconds() / 60)));
            line.addAll(row.tree().cells("%.3f"));
            line.addAll(gain(row, row.treeGain()));
            line.addAll(row.chain().cells("%.3f"));
            line.addAll(gain(row, row.chainGain()));
            lines.add(line);
        }
        return TextTable.print(lines, 1);
    }

    private static List<String> gain(ArmRow row, Estimate gain) {
        return row.control() ? List.of("control", "") : gain.cells("%+.3f");
    }
}
