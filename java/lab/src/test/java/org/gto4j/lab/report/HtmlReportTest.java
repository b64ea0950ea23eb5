package org.gto4j.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.gto4j.error.GtoException;
import org.gto4j.lab.figure.Chart;
import org.gto4j.lab.figure.LineChart;
import org.gto4j.lab.figure.Series;
import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final DraftTree TREE = new DraftTree(
            new int[] {5, 6, 7}, new int[] {-1, -1, 0}, new float[] {-0.5f, -1, -0.1f}, new float[] {-0.5f, -1, -0.6f});
    private static final TreeSample SAMPLE =
            new TreeSample("Once <upon>", " a", TREE, List.of(" time", "<&>", "\n"), new int[] {0, 2}, " there");

    @TempDir
    Path folder;

    @Test
    void treePictureIsXmlThatShowsEveryNodeAndMarksThePath() throws Exception {
        String svg = TreePicture.svg(SAMPLE);
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertEquals(4, count(svg, "<rect x="));
        assertEquals(3, count(svg, "<path"));
        assertEquals(2, count(svg, "<g class=\"node accepted\">"));
        assertTrue(svg.contains("&lt;&amp;&gt;\u200237%"), svg);
        assertTrue(svg.contains("\u00b7time\u200261%"), svg);
        assertTrue(svg.contains("p = 0.905 after its parent, 0.5488 on the path"), svg);
    }

    @Test
    void longTokensAreCutAndEmptyTreesStillDrawTheRoot() {
        DraftTree one = new DraftTree(new int[] {1}, new int[] {-1}, new float[] {0}, new float[] {0});
        String svg = TreePicture.svg(new TreeSample("", "root", one, List.of("incomprehensibilities"), new int[0], ""));
        assertTrue(svg.contains("incompre\u2026\u2002100%"), svg);
        assertEquals(
                1,
                count(
                        TreePicture.svg(new TreeSample("", "root", DraftTree.empty(), List.of(), new int[0], "")),
                        "<rect x="));
    }

    @Test
    void pageHoldsTableCurvesTreeAndFactsAndNoLinkOutside() throws IOException {
        Path metrics = folder.resolve("metrics.jsonl");
        Files.writeString(metrics, """
            {"step":1,"loss":[3.5,4.0],"accuracy":[0.1,null],"reward":2.0}
            {"step":2,"loss":[3.0,3.9],"accuracy":[0.2,0.1],"reward":2.5}
            {"step":3,"lo""");
        MetricsLog log = MetricsLog.read(metrics);
        assertEquals(2, log.size());
        assertEquals(2, log.loss().size());
        assertTrue(Double.isNaN(log.accuracy().get(1).y()[0]));
        HtmlReport report = new HtmlReport("A <title>", "intro");
        report.table("Results", "note", List.of("", "speedup"), List.of(List.of("tree 60/7/10", "1.25x")));
        report.curves("Phase I", log)
                .curves("Phase II", MetricsLog.read(folder.resolve("missing")))
                .tree("Tree", "a prompt", SAMPLE)
                .fact("threads", "2");
        Path file = folder.resolve("report.html");
        report.write(file);
        String html = Files.readString(file);
        assertTrue(html.contains("<td>1.25x</td>"), html);
        assertTrue(html.contains("A &lt;title&gt;"));
        assertTrue(html.contains("Once &lt;upon&gt;"));
        assertTrue(html.contains("<dt>threads</dt><dd>2</dd>"));
        assertTrue(html.contains("No steps were made."));
        assertTrue(html.contains("<svg class=\"tree\""));
        assertEquals(4, count(html, "<svg"), "loss, accuracy, reward, tree");
        assertFalse(Pattern.compile("(?:src|href)\\s*=").matcher(html).find(), "nothing is loaded from outside");
    }

    /** Seven lines of 2,000 noisy steps are drawn as means of their neighbours. */
    @Test
    void curvesOfTrainingAreSmall() {
        double[] steps = IntStream.rangeClosed(1, 2000).asDoubleStream().toArray();
        List<Series> lines = IntStream.range(0, 7)
                .mapToObj(pass -> new Series(
                        "pass " + pass,
                        steps,
                        Arrays.stream(steps)
                                .map(step -> 9 - pass / 10.0 - Math.log(step) + step % 2)
                                .toArray()))
                .toList();
        String svg = LineChart.svg(Chart.ofSteps("Loss", "nats", lines));
        assertTrue(svg.length() < 25_000, svg.length() + " characters");
        assertEquals(7 + 7, count(svg, "class=\"line\""), "a path a line, and one in the legend");
    }

    @Test
    void whatWasFoundComesFirst() {
        String html = new HtmlReport("T", "how it was measured")
                .lead(List.of("It is <fast>.", "Type this."))
                .fact("a", "b")
                .html();
        assertTrue(html.contains(
                "</h1>\n<div class=\"lead\">\n<p>It is &lt;fast&gt;.</p>\n<p>Type this.</p>\n</div>\n<p>how"));
        assertTrue(html.contains("prefers-color-scheme:dark") && html.contains("name=\"viewport\""));
    }

    @Test
    void numbersStandRightAndWordsLeft() {
        String html = new HtmlReport("T", "")
                .table(
                        "t",
                        "",
                        List.of("n", "w", "i"),
                        List.of(List.of("1.5x", "tree", "[1.2, 3]"), List.of("-", "7", "1.2 to 3.4")))
                .html();
        assertTrue(html.contains("<table class=\"n1 n3\">"), html);
        assertTrue(html.contains(".n3 tr>:nth-child(3)"), html);
    }

    @Test
    void runsSideBySideAndWhatDiffers() throws IOException {
        for (String name : List.of("one", "two")) {
            Path run = Files.createDirectories(folder.resolve(name));
            Files.writeString(
                    run.resolve("config.json"),
                    "{\"phase\":1,\"options\":{\"seed\":\"1\",\"rows\":\"" + name.length() + name.charAt(0) + "\"}"
                            + (name.equals("two") ? ",\"validation\":\"0.02\"" : "") + "}");
            Files.writeString(run.resolve("metrics.jsonl"), """
                {"step":0,"validation":{"accuracy":[0.1],"chain":{"tau":1.1},"tree":{"tau":1.2}}}
                {"step":1,"loss":[3.5,4.0],"accuracy":[0.1,null],"lr":0.001,"grad_norm":3}
                {"step":2,"loss":[3.0,3.9],"accuracy":[0.2,0.1],"lr":0.0005,"grad_norm":2}
                {"step":2,"validation":{"accuracy":[0.3],"chain":{"tau":1.5},"tree":{"tau":1.9}}}
                """);
        }
        RunComparison runs = RunComparison.read(List.of(folder.resolve("one"), folder.resolve("two")));
        assertEquals(
                List.of(List.of("options.rows", "3o", "3t"), List.of("validation", "-", "0.02")), runs.differences());
        String html = runs.report().html();
        assertEquals(7 + 2 * 4, count(html, "<svg"), "seven quantities, and four charts a run");
        assertTrue(
                html.contains("<td>options.rows</td><td>3o</td><td>3t</td>")
                        && html.contains(
                                "<p>two: 2 steps; at the end trees yield 1.90 tokens a cycle on held-back texts, chains 1.50")
                        && html.length() < 15 * 10_000,
                html.length() + " characters");
        MetricsLog log = MetricsLog.read(folder.resolve("one/metrics.jsonl"));
        assertEquals(2, log.size());
        assertEquals(1.9, log.tau().get(1).y()[1]);
        GtoException e = assertThrows(GtoException.class, () -> RunComparison.read(List.of(folder)));
        assertTrue(e.getMessage().contains("config.json"), e.getMessage());
    }

    @Test
    void averagingKeepsMeansAndLeavesGapsOut() {
        Series series =
                new Series("s", new double[] {1, 2, 3, 4, 5}, new double[] {2, 4, Double.NaN, 8, 9}).averaged(3);
        assertEquals(List.of(1.5, 3.5, 5.0), List.of(series.x()[0], series.x()[1], series.x()[2]));
        assertEquals(List.of(3.0, 8.0, 9.0), List.of(series.y()[0], series.y()[1], series.y()[2]));
    }

    private static int count(String text, String part) {
        Matcher matcher = Pattern.compile(Pattern.quote(part)).matcher(text);
        return (int) matcher.results().count();
    }
}
