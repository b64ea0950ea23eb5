package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.gto4j.lab.figure.Series;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.model.TargetModel;
import org.gto4j.train.TrainingCosts;

/** Hours of training by passes and draft vocabulary, as a page. */
final class PlanReport {
    private static final int MOST_PASSES = 8;
    private static final double HOUR = 3600;

    private PlanReport() {}

    static HtmlReport of(TrainingCosts costs, PlannedSizes sizes, List<PlanScale> scales, TargetModel target) {
        double[] passes = IntStream.rangeClosed(1, MOST_PASSES).asDoubleStream().toArray();
        List<Series> lines = new ArrayList<>();
        int planned = sizes.vocabulary();
        for (int vocabulary : IntStream.of(
                        Math.max(1, planned / 4),
                        planned,
                        Math.min(target.info().vocabulary(), 4 * planned))
                .distinct()
                .toArray()) {
            double[] hours = IntStream.rangeClosed(1, MOST_PASSES)
                    .mapToDouble(count -> sizes.tokens()
                            / HOUR
                            * costs.secondsPerToken(target.info(), vocabulary, sizes.rows(), count, sizes.kept()))
                    .toArray();
            lines.add(new Series("vocabulary " + vocabulary, passes, hours));
        }
        HtmlReport report = new HtmlReport("Training plan", "What Phase I takes on this machine, by measured steps.")
                .chart(
                        "Hours",
                        String.format(Locale.ROOT, "%,d response tokens", sizes.tokens()),
                        "TTT passes",
                        "hours",
                        lines);
        if (!scales.isEmpty()) {
            report.charts("Scale", scales.stream().map(PlanScale::chart).toList());
        }
        return report.fact("target", target.path().toString())
                .fact("micro-batch", sizes.rows() + " tokens")
                .fact("rows that stay", Double.toString(sizes.kept()))
                .fact("device", target.device().kind())
                .fact("error", String.format(Locale.ROOT, "%.0f%% on the measured steps", 100 * costs.error()));
    }
}
