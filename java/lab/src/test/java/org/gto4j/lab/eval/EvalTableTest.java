package org.gto4j.lab.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gto4j.statistics.Interval;
import org.junit.jupiter.api.Test;

class EvalTableTest {
    @Test
    void columnsAreAlignedAndMissingNumbersADash() {
        String table = EvalTable.print(List.of(
                new EvalRow(DecodingMethod.plain(), 0, "held-back", 12, 1, new Interval(1, 1), 45.25, 1),
                new EvalRow(
                        new DecodingMethod("eagle3", Mode.TREE, "tree 60/7/10"),
                        1,
                        "held-back",
                        7,
                        1.98765,
                        new Interval(1.8, 2.1),
                        9.94,
                        Double.NaN)));
        List<String> lines = table.lines().toList();
        assertEquals(3, lines.size());
        assertEquals(1, lines.stream().map(String::length).distinct().count(), table);
        assertTrue(lines.get(0).startsWith("draft   policy "), table);
        assertTrue(lines.get(2).contains("1.988  [1.800, 2.100]"), table);
        assertTrue(lines.get(2).endsWith(" -"), table);
        assertEquals(lines.get(0).indexOf("tau") + 3, lines.get(1).indexOf("1.000") + 5);
    }
}
