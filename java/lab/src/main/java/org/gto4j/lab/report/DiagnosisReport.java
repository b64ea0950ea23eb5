package org.gto4j.lab.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.lab.diagnosis.DiagnosisTable;
import org.gto4j.lab.diagnosis.Misalignment;
import org.gto4j.lab.diagnosis.PathEnd;
import org.gto4j.lab.figure.BarChart;
import org.gto4j.lab.figure.Chart;
import org.gto4j.lab.figure.LineChart;
import org.gto4j.lab.figure.Series;
import org.gto4j.statistics.Estimate;

/**
 * Diagnoses as pictures: Fig. 2 of arXiv 2509.22134 for drafts of one's own, and how both lengths fall off with depth.
 */
public final class DiagnosisReport {
    private final Map<List<String>, Misalignment> rows;
    private final List<String> drafts;
    private final List<String> datasets;

    private DiagnosisReport(Map<List<String>, Misalignment> rows) {
        this.rows = rows;
        drafts = rows.keySet().stream().map(label -> label.get(0)).distinct().toList();
        datasets = rows.keySet().stream().map(label -> label.get(1)).distinct().toList();
    }

    /**
     * A page with table and pictures; drawn trees and facts may follow.
     *
     * @param target its name
     * @param rows by draft and dataset, in order; all drafts have the same datasets, the last of which stands for all
     *     texts
     */
    public static HtmlReport of(String target, Map<List<String>, Misalignment> rows) {
        if (rows.isEmpty()) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "rows: expected at least one, found none");
        }
        DiagnosisReport report = new DiagnosisReport(rows);
        HtmlReport html = new HtmlReport(
                "Draft policy misalignment: " + target,
                "A token loss trains the draft's greedy path; decoding verifies a tree. "
                        + "In each cycle: is the greedy path (always the draft's most probable token) still in the tree when its nodes have been ranked, is it what the target "
                        + "accepts, and how "
                        + "far would it have gone alone?");
        html.lead(report.found());
        html.pictures(
                "Greedy paths",
                "Pruned: the tree lacks a part of the greedy path. Accepted: something was accepted, and all of it lies on the "
                        + "greedy path. "
                        + "Lengths are tokens a cycle, the target's own included, at the tree's own cycles.",
                report.bars());
        html.pictures("By depth", "Texts of " + report.last() + ".", report.lines());
        return html.text("Table", DiagnosisTable.print(rows));
    }

    /** A sentence a draft, of all texts. */
    private List<String> found() {
        return drafts.stream()
                .filter(draft -> row(draft, last()).cycles() > 0)
                .map(draft -> String.format(
                        Locale.ROOT,
                        "%s: trees yield %.2f tokens a cycle, its greedy path alone would yield %.2f. In %.0f%% of the cycles the tree "
                                + "lacks a part of the greedy path; in %.0f%% the greedy path would have gone further than the tree.",
                        draft,
                        row(draft, last()).treeLength().value(),
                        row(draft, last()).greedyLength().value(),
                        100 * row(draft, last()).pruned().value(),
                        100 * row(draft, last()).lost().value()))
                .toList();
    }

    private String last() {
        return datasets.get(datasets.size() - 1);
    }

    private List<String> bars() {
        Map<String, double[]> fates = new LinkedHashMap<>();
        Map<String, double[]> lengths = new LinkedHashMap<>();
        for (String draft : drafts) {
            fates.put(draft + ": pruned", values(draft, row -> row.pruned().value()));
            fates.put(draft + ": accepted", values(draft, row -> row.onGreedyPath()
                    .value()));
            lengths.put(draft + ": greedy path", values(draft, row -> row.greedyLength()
                    .value()));
            lengths.put(draft + ": tree", values(draft, row -> row.treeLength().value()));
            lengths.put(draft + ": all offered", values(draft, row -> row.offeredLength()
                    .value()));
        }
        return List.of(
                BarChart.svg("Greedy path pruned, and accepted", "texts", "share of cycles", datasets, fates),
                BarChart.svg("Tokens a cycle", "texts", "tokens", datasets, lengths));
    }

    private double[] values(String draft, ToDoubleFunction<Misalignment> value) {
        return datasets.stream()
                .mapToDouble(dataset -> finite(value.applyAsDouble(row(draft, dataset))))
                .toArray();
    }

    /** A bar of a dataset without cycles has no height. */
    private static double finite(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    private List<String> lines() {
        List<Series> survival = new ArrayList<>();
        Map<String, double[]> ends = new LinkedHashMap<>();
        Map<String, double[]> missing = new LinkedHashMap<>();
        for (String draft : drafts) {
            survival.add(reached(draft, "greedy path", Misalignment::greedyReached));
            survival.add(reached(draft, "tree", Misalignment::treeReached));
            ends.put(
                    draft,
                    row(draft, last()).ends().values().stream()
                            .mapToDouble(share -> finite(share.value()))
                            .toArray());
            missing.put(
                    draft,
                    row(draft, last()).missing().stream()
                            .mapToDouble(share -> finite(share.value()))
                            .toArray());
        }
        List<String> depths = IntStream.rangeClosed(1, Objects.requireNonNull(missing.get(drafts.get(0))).length)
                .mapToObj(Integer::toString)
                .toList();
        List<String> labels =
                Arrays.stream(PathEnd.values()).map(PathEnd::label).toList();
        return List.of(
                LineChart.svg(new Chart("Accepted at least to this depth", "depth", "share of cycles", survival)),
                BarChart.svg("Why accepted paths ended", "reason", "share of cycles", labels, ends),
                BarChart.svg(
                        "Where the tree loses the greedy path",
                        "first depth that is missing",
                        "share of cycles",
                        depths,
                        missing));
    }

    private Series reached(String draft, String what, Function<Misalignment, List<Estimate>> values) {
        double[] shares = values.apply(row(draft, last())).stream()
                .mapToDouble(Estimate::value)
                .toArray();
        return new Series(
                draft + ": " + what,
                IntStream.rangeClosed(1, shares.length).asDoubleStream().toArray(),
                shares);
    }

    private Misalignment row(String draft, String dataset) {
        return Objects.requireNonNull(rows.get(List.of(draft, dataset)));
    }
}
