package org.gto4j.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.gto4j.lab.diagnosis.DiagnosisTable;
import org.gto4j.lab.diagnosis.Misalignment;
import org.gto4j.lab.diagnosis.PathCounts;
import org.gto4j.lab.diagnosis.PathEnd;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class DiagnosisReportTest {
    private static Map<List<String>, Misalignment> rows() {
        Map<List<String>, Misalignment> rows = new LinkedHashMap<>();
        for (String draft : List.of("eagle3", "gto")) {
            PathCounts counts = new PathCounts(
                    10,
                    new int[] {0, 2, 1},
                    new int[] {6, 3, 1},
                    new int[] {8, 5, 2},
                    draft.equals("gto") ? 5 : 4,
                    1,
                    20,
                    Map.of(PathEnd.TOP_K, 6, PathEnd.RANKING, 4));
            rows.put(List.of(draft, "math"), Misalignment.of(List.of(counts), Bootstrap.standard()));
            rows.put(
                    List.of(draft, "code"),
                    Misalignment.of(
                            List.of(new PathCounts(0, new int[3], new int[3], new int[3], 0, 0, 0, Map.of())),
                            Bootstrap.standard()));
            rows.put(List.of(draft, "all"), Misalignment.of(List.of(counts), Bootstrap.standard()));
        }
        return rows;
    }

    @Test
    void tableHoldsSummaryAndDepths() {
        List<String> lines = DiagnosisTable.print(rows()).lines().toList();
        assertEquals(1 + 7 + 1 + 7 + 1 + 1 + 6 * 3, lines.size());
        assertTrue(
                lines.get(5)
                        .matches(
                                "gto +math +1 +10 +0.30 +\\[0.30, 0.30] +0.50 +\\[0.50, 0.50] +0.30 +0.20 +0.100 +\\[0.100, 0.100] +2.00 +\\[2.00, "
                                        + "2.00] +2.50"
                                        + " +\\[2.50, 2.50]"),
                lines.get(5));
        assertTrue(lines.get(6).matches("gto +code +1 +0( +-){12}"), lines.get(6));
        assertTrue(
                lines.get(13).matches("gto +math +0.000 +0.000 +0.600 +0.400 +0.000 +3.00 +\\[3.00, 3.00]"),
                lines.get(13));
        assertTrue(lines.get(18).matches("eagle3 +math +lacks +0.000 +0.200 +0.100"), lines.get(18));
        assertTrue(lines.get(20).matches("eagle3 +math +tree +0.800 +0.500 +0.200"), lines.get(20));
    }

    @Test
    void pageHoldsFivePictures() {
        String html = DiagnosisReport.of("model.gguf", rows()).html();
        assertEquals(5, Pattern.compile("<svg").matcher(html).results().count());
    }

    /**
     * The greedy path 0-1 was lost from its second node on, the target accepted node 0 and says what it thinks of all.
     */
    @Test
    void pictureMarksTheGreedyPathAndWhatWasLost() throws Exception {
        DraftTree shown =
                new DraftTree(new int[] {5, 6, 7}, new int[] {-1, -1, 0}, new float[] {-0.5f, -1, -0.7f}, new float[] {
                    -0.5f, -1, -1.2f
                });
        String svg = TreePicture.svg(new TreeSample(
                "",
                " a",
                shown,
                List.of(" time", " day", " ago"),
                new int[] {0},
                " there",
                2,
                new int[] {0, 2},
                new float[] {0.75f, 0.125f, 0.0625f}));
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertTrue(svg.contains("<g class=\"node accepted greedy\">"), svg);
        assertTrue(svg.contains("<g class=\"node\">"), svg);
        assertTrue(svg.contains("<g class=\"node greedy pruned\">"), svg);
        assertTrue(svg.contains("draft tree of 2 nodes, 1 accepted"), svg);
        assertTrue(svg.contains("\u00b7time\u200261%/75%"), svg);
        assertTrue(svg.contains("the target&#39;s p = 0.063; not in the tree"), svg);
    }
}
