package org.gto4j.lab.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.gto4j.error.GtoException;
import org.gto4j.lab.report.RunFacts;
import org.gto4j.model.TargetOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunStateTest {
    @TempDir
    Path folder;

    private RunState open(double minutes, String model) {
        return RunState.open(options(minutes, Path.of(model)));
    }

    private QuickstartOptions options(double minutes, @Nullable Path model) {
        return new QuickstartOptions(
                minutes,
                folder,
                model,
                "",
                TargetOptions.DEFAULT,
                0,
                Map.of("minutes", "command line", "threads", "default"),
                Map.of("minutes", Double.toString(minutes)));
    }

    @Test
    void sharesOfTheRemainingTimeUseAllOfIt() {
        double left = 1000;
        for (Part part : Part.values()) {
            double seconds = BudgetShares.DEFAULT.seconds(part, left);
            assertTrue(seconds >= 0 && seconds <= left);
            left -= seconds;
        }
        assertEquals(0, left, 1e-9);
        assertEquals(0, BudgetShares.DEFAULT.seconds(Part.PHASE_ONE, -5));
    }

    /** A part that took too long shortens all later ones in proportion. */
    @Test
    void laterPartsShareWhatIsLeft() {
        double ratio =
                BudgetShares.DEFAULT.seconds(Part.PHASE_TWO, 300) / BudgetShares.DEFAULT.seconds(Part.PHASE_TWO, 600);
        assertEquals(0.5, ratio, 1e-12);
    }

    @Test
    void plansAndDonePartsAreTheSameWhenOpenedAgain() {
        RunState first = open(10, "m.gguf");
        first.begin(Part.SETUP);
        first.finish();
        double planned = first.begin(Part.REGENERATION);
        first.save();
        RunState second = open(20, "m.gguf");
        assertTrue(second.isDone(Part.SETUP));
        assertFalse(second.isDone(Part.REGENERATION));
        assertFalse(second.isComplete());
        assertEquals(planned, second.begin(Part.REGENERATION), "a part that was started keeps its plan");
        assertTrue(second.usedSeconds() >= first.usedSeconds());
        assertTrue(second.left() <= planned);
    }

    @Test
    void itKeepsWhichOptionsArentTheDefaultsAndWhoSetThem() {
        open(10, "m.gguf").save();
        List<String> lines = RunFacts.lines(folder);
        assertTrue(lines.contains("options         --minutes 10.0 (command line)"), lines.toString());
        open(20, "m.gguf").save();
        lines = RunFacts.lines(folder);
        assertTrue(
                lines.contains("options         --minutes 20.0 (command line)"), "those of the last start: " + lines);
        assertTrue(lines.contains("minutes         20.0"), lines.toString());
    }

    @Test
    void aFolderBelongsToOneModel() {
        open(10, "a.gguf").save();
        GtoException e = assertThrows(GtoException.class, () -> open(10, "b.gguf"));
        assertTrue(
                e.getMessage().contains("a.gguf")
                        && e.getMessage().contains("b.gguf")
                        && e.getMessage().contains("--dir"),
                e.getMessage());
    }

    /** The model's content, not the path that leads to it. */
    @Test
    void aModelIsKnownByItsContent() throws IOException {
        Path model = Files.writeString(folder.resolve("m.gguf"), "weights");
        open(10, model.toString()).save();
        Path moved = Files.move(model, folder.resolve("moved.gguf"));
        open(10, moved.toString()).save();
        Files.writeString(moved, "WEIGHTS");
        GtoException e = assertThrows(GtoException.class, () -> open(10, moved.toString()));
        assertTrue(e.getMessage().contains("moved.gguf, not with what that file holds now"), e.getMessage());
    }

    /**
     * Such a run never measured the default decoder: that and the report are done again, in the time that is left. Its
     * target wrote prompts of its own, a part that is no more.
     */
    @Test
    void aRunOfTheFirstVersionIsEvaluatedAgain() throws IOException {
        StringBuilder parts = new StringBuilder("\"PROMPTS\":{\"used_seconds\":60,\"done\":true}");
        for (Part part : Part.values()) {
            parts.append(",\"" + part + "\":{\"used_seconds\":60,\"done\":true,\"planned_seconds\":70}");
        }
        Files.writeString(
                folder.resolve("quickstart.json"),
                "{\"model\":\"\",\"model_sha256\":\"\",\"budget_seconds\":600,\"parts\":{" + parts + "}}");
        RunState state = RunState.open(options(10, null));
        assertTrue(state.isDone(Part.PHASE_TWO) && !state.isDone(Part.EVALUATION) && !state.isDone(Part.REPORT));
        assertEquals(240, state.usedSeconds(), 1);
        assertEquals(360 * 15 / 18.0, state.begin(Part.EVALUATION), 1);
        state.finish();
        state.begin(Part.REPORT);
        state.finish();
        assertTrue(RunState.open(options(10, null)).isComplete());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{}",
                "{\"model\":7,\"parts\":{}}",
                "{\"model\":\"\",\"parts\":[]}",
                "{\"model\":\"\",\"parts\":{\"SETUP\":{\"used_seconds\":\"x\",\"done\":true}}}",
                "\u0000\u0001"
            })
    void aDamagedStateIsTakenAsItWasBefore(String damaged) throws IOException {
        RunState first = open(10, "m.gguf");
        first.begin(Part.SETUP);
        first.finish();
        first.begin(Part.REGENERATION);
        first.save();
        Files.writeString(folder.resolve("quickstart.json"), damaged);
        assertTrue(open(10, "m.gguf").isDone(Part.SETUP));
        Files.writeString(folder.resolve("quickstart.json.old"), damaged);
        RunState anew = open(10, "m.gguf");
        assertFalse(anew.isDone(Part.SETUP));
        anew.begin(Part.SETUP);
        anew.finish();
        assertTrue(open(10, "m.gguf").isDone(Part.SETUP));
    }
}
