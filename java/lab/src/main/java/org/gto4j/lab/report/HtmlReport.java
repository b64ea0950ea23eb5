package org.gto4j.lab.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gto4j.io.AtomicFile;
import org.gto4j.lab.eval.BenchResult;
import org.gto4j.lab.eval.BenchTable;
import org.gto4j.lab.figure.Chart;
import org.gto4j.lab.figure.Html;
import org.gto4j.lab.figure.LineChart;
import org.gto4j.lab.figure.Series;

/**
 * One HTML file without any link to the outside: facts of a run, results, training curves, and a draft tree. Not
 * thread-safe.
 */
public final class HtmlReport {
    private static final String STYLE = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1f2933;--dim:#52606d;--rim:#e4e7eb;--box:#f5f7fa;--lead:#eaf2fd;--lead-rim:#1d6fd1}
        @media(prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--dim:#9aa7b4;--rim:#30363d;--box:#161b22;--lead:#12233a;--lead-rim:#6cb6ff}}
        body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1060px;margin:2rem auto;padding:0 1.2rem;overflow-wrap:break-word}
        h1{font-size:1.6rem;line-height:1.25;margin-bottom:.6rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p{max-width:46rem}
        .lead{background:var(--lead);border-left:4px solid var(--lead-rim);border-radius:0 6px 6px 0;padding:.2rem 1rem;max-width:46rem}
        .lead p:first-child{font-size:1.2rem;font-weight:600;line-height:1.4}
        .scroll{overflow-x:auto;-webkit-overflow-scrolling:touch}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.3rem .7rem;text-align:left;border-bottom:1px solid var(--rim);white-space:nowrap}
        th{font-weight:600;color:var(--dim);white-space:normal;vertical-align:bottom}
        dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1.2rem}dt{color:var(--dim)}dd{margin:0}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:1rem}.charts svg{width:100%}
        pre{background:var(--box);padding:.8rem;border-radius:6px;white-space:pre-wrap;max-width:60rem}pre.scroll{white-space:pre}pre.command{background:var(--paper);overflow-wrap:anywhere}
        @media(max-width:600px){body{margin:1rem auto;padding:0 .8rem}th,td{padding:.3rem .5rem}td:first-child{white-space:normal;min-width:7rem}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .5rem}}
        """;
    /** Numbers of columns further right stand left. */
    private static final int MOST_COLUMNS = 16;
    /** A cell with a number or an interval, or without a value. */
    private static final Pattern NUMBER =
            Pattern.compile("|-|[\\[(]?-?[\\d.,]+(e-?\\d+)?[x%\\])]?((, | to )-?[\\d.,]+[\\])]?)?");

    private final String title;
    private final String intro;
    private final List<String> lead = new ArrayList<>();
    private String command = "";
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<String> sections = new ArrayList<>();

    /**
     * @param title of the page
     * @param intro one or two sentences: what is shown, and how it was measured
     */
    public HtmlReport(String title, String intro) {
        this.title = title;
        this.intro = intro;
    }

    /** Says at the very top what was found, a paragraph each; the first one in large letters. */
    public HtmlReport lead(List<String> found) {
        lead.addAll(found);
        return this;
    }

    /** Adds to what stands at the top a line to type. */
    public HtmlReport command(String before, String line) {
        command = paragraph(before) + "<pre class=\"command\">" + Html.escape(line) + "</pre>\n";
        return this;
    }

    /** Adds a fact of the run, e.g. "target" and its file. */
    public HtmlReport fact(String name, String value) {
        facts.put(name, value);
        return this;
    }

    /** Adds a table; all rows are as long as its header. */
    public HtmlReport table(String heading, String note, List<String> header, List<List<String>> rows) {
        StringBuilder html = new StringBuilder(heading(heading))
                .append(paragraph(note))
                .append("<div class=\"scroll\"><table class=\"")
                .append(numbers(header.size(), rows))
                .append("\">\n");
        row(html, "th", header);
        rows.forEach(row -> row(html, "td", row));
        sections.add(html.append("</table></div>\n").toString());
        return this;
    }

    private static void row(StringBuilder html, String element, List<String> cells) {
        html.append("<tr>");
        cells.forEach(cell -> html.append('<')
                .append(element)
                .append('>')
                .append(Html.escape(cell))
                .append("</")
                .append(element)
                .append('>'));
        html.append("</tr>\n");
    }

    /** Classes n1, n2, ... of the columns that hold nothing but numbers. */
    private static String numbers(int columns, List<List<String>> rows) {
        return IntStream.range(0, columns)
                .filter(column -> rows.stream()
                        .allMatch(row -> NUMBER.matcher(row.get(column)).matches()))
                .mapToObj(column -> "n" + (column + 1))
                .collect(Collectors.joining(" "));
    }

    /** Aligns columns of numbers. */
    private static String alignment() {
        return IntStream.rangeClosed(1, MOST_COLUMNS)
                .mapToObj(column -> ".n" + column + " tr>:nth-child(" + column + ")")
                .collect(Collectors.joining(",", "", "{text-align:right}\n"));
    }

    /** Says at the top what a bench found; adds its tables and the lines below them. */
    public HtmlReport bench(BenchResult result) {
        lead(result.findings());
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

    /** Adds a sentence. */
    HtmlReport note(String heading, String text) {
        sections.add(heading(heading) + paragraph(text));
        return this;
    }

    /** Adds charts; those without a value are left out. */
    public HtmlReport charts(String heading, List<Chart> charts) {
        StringBuilder html = new StringBuilder(heading(heading)).append("<div class=\"charts\">\n");
        charts.forEach(chart -> html.append(LineChart.svg(chart)));
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

    /** Adds SVG elements side by side. */
    public HtmlReport pictures(String heading, String note, List<String> pictures) {
        Objects.requireNonNull(pictures, "pictures");
        sections.add(heading(heading) + paragraph(note) + "<div class=\"charts\">\n" + String.join("", pictures)
                + "</div>\n");
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
                .append(alignment())
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(Html.escape(title))
                .append("</h1>\n");
        if (!lead.isEmpty()) {
            html.append("<div class=\"lead\">\n");
            lead.forEach(found -> html.append(paragraph(found)));
            html.append(command).append("</div>\n");
        }
        html.append(paragraph(intro));
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

    private static String paragraph(String text) {
        return text.isEmpty() ? "" : "<p>" + Html.escape(text) + "</p>\n";
    }
}
