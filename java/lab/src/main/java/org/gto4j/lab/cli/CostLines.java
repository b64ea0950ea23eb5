package org.gto4j.lab.cli;

import java.util.Locale;
import org.gto4j.model.Device;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;

/** Costs as lines of text: milliseconds, and multiples of decoding one token plainly. */
final class CostLines {
    private CostLines() {}

    static String of(CycleCosts costs, Device device) {
        StringBuilder lines = new StringBuilder(
                String.format(Locale.ROOT, "costs of a cycle on %s, in ms and in plain tokens%n", device.kind()));
        append(lines, "plain", new CostTable(new int[] {1}, new double[] {costs.plain()}), costs.plain());
        if (costs.rebuild() > 0) {
            append(lines, "rebuild", new CostTable(new int[] {1}, new double[] {costs.rebuild()}), costs.plain());
        }
        append(lines, "verification", costs.verification(), costs.plain());
        append(lines, "draft trunk", costs.follow(), costs.plain());
        append(lines, "draft root", new CostTable(new int[] {1}, new double[] {costs.roots()}), costs.plain());
        append(lines, "draft level", costs.level(), costs.plain());
        return lines.toString();
    }

    private static void append(StringBuilder lines, String part, CostTable table, double plain) {
        for (int rows : table.rows()) {
            double seconds = table.at(rows);
            lines.append(String.format(
                    Locale.ROOT, "%-13s %3d rows %9.3f %8.3f%n", part, rows, seconds * 1e3, seconds / plain));
        }
    }
}
