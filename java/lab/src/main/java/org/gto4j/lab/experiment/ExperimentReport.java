package org.gto4j.lab.experiment;

import java.util.List;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.report.RunComparison;

/** An experiment as an HTML page: the tables, and the arms' curves and settings side by side. */
public final class ExperimentReport {
    private ExperimentReport() {}

    /**
     * A page; facts may follow.
     *
     * @param title of the page
     * @param tables in their order
     */
    public static HtmlReport of(String title, List<MeasuredArms> tables, List<ArmResult> results) {
        HtmlReport report = new HtmlReport(
                title,
                "Each arm was trained with the same budget on the same corpus, and its draft decoded the same held-back "
                        + "texts by simulation. Tau is tokens a cycle, the target's own included; gains are over the control, with 95% bootstrap intervals by resampling texts "
                        + "in pairs.");
        tables.forEach(
                table -> report.text(table.texts() + " (" + table.count() + ")", ExperimentTable.print(table.rows())));
        RunComparison.read(results.stream()
                        .filter(result -> result.arm().phase() > 0)
                        .map(ArmResult::folder)
                        .toList())
                .addTo(report);
        return report;
    }
}
