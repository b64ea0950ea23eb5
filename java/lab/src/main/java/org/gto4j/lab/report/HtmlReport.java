package org.gto4j.lab.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.gto4j.io.AtomicFile;
import org.gto4j.lab.eval.BenchResult;
import org.gto4j.lab.eval.BenchTable;
import org.gto4j.lab.eval.EvalRow;
import org.gto4j.lab.eval.EvalTable;
import org.gto4j.lab.figure.Chart;
import org.gto4j.lab.figure.Html;
import org.gto4j.lab.figure.LineChart;
import org.gto4j.lab.figure.Series;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTML file without any link to the outside: facts of a run, results, training curves, and a draft tree. Not
 * thread-safe.
 */
public final class HtmlReport {
    private static final Logger LOG = LoggerFactory.getLogger(HtmlReport.class);
    private static final String STYLE = """
        body{font:16px/1.5 system-ui,sans-serif;color:#1f2933;background:#fff;max-width:1180px;margin:2rem auto;padding:0 1.2rem}
        h1{font-size:1.7rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p{max-width:46rem}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.3rem .8rem;text-align:right;border-bottom:1px solid #e4e7eb}
        th{font-weight:600;color:#52606d}td:nth-child(-n+4),th:nth-child(-n+4){text-align:left}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem}dt{color:#52606d}dd{margin:0}
        .charts{display:flex;flex-wrap:wrap;gap:1rem}.charts svg{max-width:100%;height:auto}.scroll{overflow-x:auto}
        pre{background:#f5f7fa;padding:.8rem;border-radius:6px;white-space:pre-wrap;max-width:60rem}
        svg.tree{font:11px ui-monospace,monospace}svg.tree .edge{fill:none;stroke:#b8c2cc}svg.tree .edge.accepted{stroke:#0b7a4b}
        svg.tree rect{fill:#f5f7fa;stroke:#cbd2d9}svg.tree .accepted rect{fill:#d7f2e3;stroke:#0b7a4b}svg.tree .root rect{fill:#dbe8fb;stroke:#2f6bc1}
        svg.tree text{fill:#1f2933}svg.tree .greedy rect{stroke:#b7791f;stroke-width:2}svg.tree .edge.greedy:not(.accepted){stroke:#b7791f}
        svg.tree .pruned rect{fill:#fff;stroke-dasharray:4 3}svg.tree .edge.pruned{stroke-dasharray:4 3}
        """;

    private final String title;
    private final String intro;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<String> sections = new ArrayList<>();

    /**
     * @param title of the page
     * @param intro one or two sentences below it
     */
    public HtmlReport(String title, String intro) {
        this.title = title;
        this.intro = intro;
    }

    /** Adds a fact of the run, e.g. "target" and its file. */
    public HtmlReport fact(String name, String value) {
        facts.put(name, value);
        return this;
    }

    /** Adds a table of results. */
    public HtmlReport results(String heading, String note, List<EvalRow> rows) {
        return table(
                heading,
                note,
                EvalTable.header(),
                rows.stream().map(EvalTable::cells).toList());
    }

    /** Adds a table; all rows are as long as its header. */
    public HtmlReport table(String heading, String note, List<String> header, List<List<String>> rows) {
        StringBuilder html = new StringBuilder(heading(heading))
                .append("<p>")
                .append(Html.escape(note))
                .append("</p>\n<div class=\"scroll\"><table>\n<tr>");
        header.forEach(cell -> html.append("<th>").append(Html.escape(cell)).append("</th>"));
        for (List<String> row : rows) {
            html.append("</tr>\n<tr>");
            row.forEach(cell -> html.append("<td>").append(Html.escape(cell)).append("</td>"));
        }
        sections.add(html.append("</tr>\n</table></div>\n").toString());
        return this;
    }

    /** Adds the tables of a bench and the lines below them. */
    public HtmlReport bench(BenchResult result) {
        BenchTable.tables(
                result.rows(), (title, lines) -> table(title, "", lines.get(0), lines.subList(1, lines.size())));
        return result.lines().isEmpty()
                ? this
                : text("Against stock llama.cpp and the cost model", String.join("\n", result.lines()));
    }

    /** Adds text that is shown as it is. */
    public HtmlReport text(String heading, String text) {
        sections.add(heading(heading) + "<pre class=\"scroll\">" + Html.escape(text) + "</pre>\n");
        return this;
    }

    /** Adds the curves of a training run; says so if the run has no steps. */
    public HtmlReport curves(String heading, MetricsLog log) {
        return log.size() == 0
                ? note(heading, "No steps were made.")
                : charts(
                        heading,
                        List.of(
                                Chart.ofSteps("Loss of each TTT pass", "nats", log.loss()),
                                Chart.ofSteps("Accuracy of each TTT pass", "share of rows", log.accuracy()),
                                Chart.ofSteps(
                                        "Accuracy of each TTT pass on held-back texts",
                                        "share of rows",
                                        log.heldBackAccuracy()),
                                Chart.ofSteps("Simulated tau of held-back texts", "tokens a cycle", log.tau()),
                                Chart.ofSteps(
                                        "Tree reward",
                                        "reward",
                                        log.field("reward").stream().toList()),
                                Chart.ofSteps(
                                        "Accepted length",
                                        "tokens",
                                        log.field("accepted_length").stream().toList())));
    }

    private HtmlReport note(String heading, String text) {
        sections.add(heading(heading) + "<p>" + Html.escape(text) + "</p>\n");
        return this;
    }

    /** Adds charts; those without a value are left out. */
    public HtmlReport charts(String heading, List<Chart> charts) {
        StringBuilder html = new StringBuilder(heading(heading)).append("<div class=\"charts\">\n");
        charts.forEach(chart -> html.append(svg(chart)));
        sections.add(html.append("</div>\n").toString());
        return this;
    }

    /** Adds a chart of lines. */
    public HtmlReport chart(String heading, String title, String xLabel, String yLabel, List<Series> series) {
        return charts(heading, List.of(new Chart(title, xLabel, yLabel, series)));
    }

    /** Adds a drawn tree. */
    public HtmlReport tree(String heading, String prompt, TreeSample sample) {
        sections.add(heading(heading) + "<p>One cycle of a greedy generation. " + Html.escape(sample.legend())
                + " and then its own token <code>"
                + Html.escape(sample.next().strip()) + "</code>.</p>\n<pre>" + Html.escape(prompt.strip()) + "\n\n"
                + Html.escape(sample.before())
                + "</pre>\n<div class=\"scroll\">" + TreePicture.svg(sample) + "</div>\n");
        return this;
    }

    /**
     * Adds pictures side by side; one that can't be drawn is replaced by the reason.
     *
     * @param pictures by name: what draws the SVG element
     */
    public HtmlReport pictures(String heading, String note, Map<String, Supplier<String>> pictures) {
        StringBuilder html = new StringBuilder(heading(heading))
                .append("<p>")
                .append(Html.escape(note))
                .append("</p>\n<div class=\"charts\">\n");
        pictures.forEach((name, svg) -> html.append(drawn(name, svg)));
        sections.add(html.append("</div>\n").toString());
        return this;
    }

    /** Writes the file by a temporary file and a rename; IO: names the file and the reason. */
    public void write(Path file) {
        AtomicFile.write(file, html());
    }

    String html() {
        StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>")
                .append(Html.escape(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(Html.escape(title))
                .append("</h1>\n<p>")
                .append(Html.escape(intro))
                .append("</p>\n");
        sections.forEach(html::append);
        html.append(heading("The run")).append("<dl>\n");
        facts.forEach((name, value) -> html.append("<dt>")
                .append(Html.escape(name))
                .append("</dt><dd>")
                .append(Html.escape(value))
                .append("</dd>\n"));
        return html.append("</dl>\n</body>\n</html>\n").toString();
    }

    private static String heading(String text) {
        return "<h2>" + Html.escape(text) + "</h2>\n";
    }

    private static String svg(Chart chart) {
        return drawn(chart.title(), () -> LineChart.svg(chart));
    }

    /** A machine without fonts can't draw with AWT; the report must not be lost for that. */
    private static String drawn(String title, Supplier<String> svg) {
        try {
            return svg.get();
        } catch (RuntimeException | LinkageError | InternalError e) {
            LOG.warn("can't draw the chart '{}': {}", title, e.toString());
            return "<p>No chart of " + Html.escape(title) + ": " + Html.escape(e.toString()) + "</p>\n";
        }
    }
}
