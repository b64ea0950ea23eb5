package org.gto4j.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.gto.GroupOptions;
import org.gto4j.model.DraftConfig;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Interval;
import org.gto4j.train.Budget;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.junit.jupiter.api.Test;

class ArmRowTest {
    private static ArmResult result(String name, int... treeTokens) {
        Arm arm = new Arm(
                name,
                1,
                null,
                TrainingOptions.phaseOne(Budget.steps(1)).build(),
                GroupOptions.builder().build(),
                8,
                DraftConfig.Init.RANDOM,
                Map.of(),
                Map.of());
        List<TextGain> gains = IntStream.range(0, treeTokens.length)
                .mapToObj(i -> new TextGain("set", "text " + i, treeTokens[i], 10, 12, 10))
                .toList();
        return new ArmResult(
                arm, Path.of("arms", name), new TrainingResult(true, 5, 700, 90, Path.of("draft.gguf")), gains);
    }

    /** Texts spread from 1.5 to 4 tokens a cycle; "better" has 0.1 more on each. */
    @Test
    void gainsOverTheControlArePaired() {
        List<ArmRow> rows = ArmRow.of(
                List.of(result("plain", 15, 20, 30, 40), result("better", 16, 21, 31, 41)),
                "plain",
                Bootstrap.standard());
        assertEquals(2.625, rows.get(0).tree().value(), 1e-12);
        assertTrue(rows.get(0).control() && rows.get(0).tree().interval().low() < 2.2);
        assertEquals(0.1, rows.get(1).treeGain().value(), 1e-12);
        assertEquals(0.1, rows.get(1).treeGain().interval().low(), 1e-9);
        assertEquals(0.1, rows.get(1).treeGain().interval().high(), 1e-9);
        assertEquals(new Interval(0, 0), rows.get(1).chainGain().interval());
        List<String> lines = ExperimentTable.print(rows).lines().toList();
        assertTrue(
                lines.get(1).matches("plain +5 +700 +1.5 +2.625 .* control .* 1.200 +\\[1.200, 1.200] +control *"),
                lines.get(1));
        assertTrue(lines.get(2).contains("+0.100  [+0.100, +0.100]"), lines.get(2));
        assertEquals(0.1, rows.get(1).toJson().path("gain_tree").path("value").asDouble(), 1e-12);
        assertThrows(GtoException.class, () -> ArmRow.of(List.of(result("plain", 15)), "other", Bootstrap.standard()));
    }
}
