package org.gto4j.lab.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LineChartTest {
    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static Series line(String name, double... y) {
        return new Series(name, IntStream.range(0, y.length).asDoubleStream().toArray(), y);
    }

    private static String chart(Series... lines) {
        return LineChart.svg(new Chart("Title", "step", "nats", List.of(lines)));
    }

    private static List<String> titles(Document svg) {
        NodeList titles = svg.getElementsByTagName("title");
        return IntStream.range(0, titles.getLength())
                .mapToObj(i -> titles.item(i).getTextContent())
                .toList();
    }

    private static long count(String svg, String pattern) {
        return Pattern.compile(pattern).matcher(svg).results().count();
    }

    @Test
    void everyPointOfAShortLineSaysItsNumbers() throws Exception {
        Document svg = parse(chart(line("one", 1, 2.5, 12345.678)));
        assertEquals(List.of("one: 1 (step 0)", "one: 2.5 (step 1)", "one: 12,350 (step 2)"), titles(svg));
    }

    @Test
    void textIsEscaped() throws Exception {
        String svg = LineChart.svg(
                new Chart("a < b & \"c\"", "<x>", "y's\u0001", List.of(line("l & <m>", 1, 2), line("n", 1, 2))));
        Element root = parse(svg).getDocumentElement();
        assertEquals("a < b & \"c\"", root.getAttribute("aria-label"));
        assertTrue(root.getTextContent().contains("l & <m>: 2 (<x> 1)"), svg);
    }

    @Test
    void notANumberIsAGapAndALonePointIsADot() throws Exception {
        String svg = chart(line("gap", 1, 2, Double.NaN, 3, 4, Double.NaN, 5, Double.POSITIVE_INFINITY));
        parse(svg);
        assertEquals(2, count(svg, "class=\"line\" d=\"M[^M]*M[^M]*\"/>") + count(svg, "class=\"dot\""));
        assertEquals(1, count(svg, "class=\"dot\""));
        assertEquals(5, count(svg, "<title>"));
        assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    }

    @Test
    void linesWithoutAValueAreLeftOut() {
        assertEquals("", chart());
        assertEquals("", chart(line("empty")));
        assertEquals("", chart(line("none", Double.NaN, Double.POSITIVE_INFINITY)));
        assertEquals(1, count(chart(line("none", Double.NaN), line("some", 1, 2)), "class=\"line\""));
    }

    @Test
    void onePointIsDrawnInsideTheAxes() throws Exception {
        for (double y : new double[] {0, 3.2, -7, 1e-9, 2e8}) {
            Document svg = parse(chart(line("one", y)));
            Element dot = (Element) svg.getElementsByTagName("circle").item(0);
            assertEquals("dot", dot.getAttribute("class"));
            double at = Double.parseDouble(dot.getAttribute("cy"));
            assertTrue(at > 40 && at < 280, y + " at " + at);
        }
    }

    @Test
    void aLongLineStaysSmallAndShowsItsPeaks() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        double[] y = random.doubles(5000, 0, 1).toArray();
        y[1234] = 9;
        y[4321] = -9;
        String svg = chart(line("long", y));
        parse(svg);
        assertTrue(svg.length() < 20_000, svg.length() + " characters");
        Series thin = Thinning.of(line("long", y), 220);
        assertTrue(Arrays.stream(thin.y()).anyMatch(v -> v == 9)
                && Arrays.stream(thin.y()).anyMatch(v -> v == -9));
    }

    @Test
    void thinningKeepsEachStretchsExtremesInTheirOrder() {
        SplittableRandom random = new SplittableRandom(2);
        double[] y = random.doubles(1000, -5, 5).toArray();
        IntStream.range(0, 1000).filter(i -> random.nextInt(10) == 0).forEach(i -> y[i] = Double.NaN);
        Arrays.fill(y, 500, 520, Double.NaN);
        Series thin = Thinning.of(line("x", y), 111);
        assertTrue(thin.x().length <= 2 * 112, thin.x().length + " points");
        for (int i = 1; i < thin.x().length; i++) {
            assertTrue(thin.x()[i] > thin.x()[i - 1]);
        }
        double width = 9;
        for (int stretch = 0; stretch < 111; stretch++) {
            double from = stretch * width;
            DoubleSummaryStatistics all =
                    Arrays.stream(inside(line("x", y), from, from + width)).summaryStatistics();
            DoubleSummaryStatistics kept =
                    Arrays.stream(inside(thin, from, from + width)).summaryStatistics();
            assertEquals(all.getMin(), kept.getMin());
            assertEquals(all.getMax(), kept.getMax());
        }
    }

    private static double[] inside(Series line, double from, double to) {
        return IntStream.range(0, line.x().length)
                .filter(i -> line.x()[i] >= from && line.x()[i] < to && !Double.isNaN(line.y()[i]))
                .mapToDouble(i -> line.y()[i])
                .toArray();
    }

    @Test
    void manyLinesAreToldApart() throws Exception {
        Series[] lines =
                IntStream.range(0, 20).mapToObj(i -> line("l" + i, i, i + 1)).toArray(Series[]::new);
        String svg = chart(lines);
        parse(svg);
        List<String> looks = Pattern.compile("<g style=\"([^\"]*)\"")
                .matcher(svg)
                .results()
                .map(look -> look.group(1))
                .distinct()
                .toList();
        assertEquals(20, looks.size());
    }

    @Test
    void coloursFollowTheReadersScheme() {
        String svg = chart(line("one", 1, 2));
        assertTrue(svg.contains("@media(prefers-color-scheme:dark)") && svg.contains("viewBox=\"0 0 480 "), svg);
    }

    @Test
    void barsStandOnZeroAndSayTheirNumbers() throws Exception {
        Map<String, double[]> groups = new LinkedHashMap<>();
        groups.put("a & b", new double[] {0.25, Double.NaN});
        groups.put("c", new double[] {-0.5, 1});
        String svg = BarChart.svg("Bars", "texts", "share", List.of("math", "a long name of a category"), groups);
        Document document = parse(svg);
        assertEquals(
                List.of("a & b, math: 0.25", "c, math: -0.5", "c, a long name of a category: 1"), titles(document));
        NodeList bars = document.getElementsByTagName("rect");
        double top = Double.parseDouble(((Element) bars.item(0)).getAttribute("y"));
        double height = Double.parseDouble(((Element) bars.item(0)).getAttribute("height"));
        double below = Double.parseDouble(((Element) bars.item(1)).getAttribute("y"));
        assertEquals(below, top + height, 0.15, "both on the same line");
        assertEquals("", BarChart.svg("none", "", "", List.of(), groups));
        assertEquals("", BarChart.svg("none", "", "", List.of("x"), Map.of()));
    }
}
