package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.gto4j.BatchDecoder;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What doesn't fit into memory is an exception before it is taken, not the end of the process; the heap's limit limits
 * the heap alone.
 */
class MemoryTest {
    private static final int HUGE = 2_000_000_000;

    @TempDir
    Path folder;

    private static String refused(Executable opening) {
        GtoException e = assertThrows(GtoException.class, opening);
        assertEquals(GtoException.Kind.MEMORY, e.kind(), e.getMessage());
        assertTrue(e.getMessage().contains(" needed, ") && e.getMessage().contains(" left of "), e.getMessage());
        return e.getMessage();
    }

    @Test
    void whatNoMachineHasIsRefused() {
        assertTrue(AvailableMemory.now().orElseThrow().bytes() > 0);
        try (TargetModel target = TinyModels.open("--vocab", "64");
                DraftModel draft = TinyModels.randomDraft(target, 1)) {
            assertTrue(refused(() -> TreeDecoder.builder(target).context(HUGE).build())
                    .contains("a session of 2000000000 cells"));
            refused(() -> TreeDecoder.builder(target)
                    .draft(draft)
                    .policy(new DynamicTree(3, 3, 8))
                    .context(HUGE)
                    .build());
            refused(() ->
                    BatchDecoder.builder(target).slots(2).context(HUGE / 2).build());
            refused(() -> target.newSession(SessionOptions.builder()
                    .context(HUGE)
                    .sequences(2)
                    .manyTexts(true)
                    .build()));
            refused(() -> target.newSession(
                    SessionOptions.builder().context(HUGE).f32Cache(true).build()));
            refused(() -> draft.newSession(HUGE, 60));
            GtoException overflow = assertThrows(
                    GtoException.class,
                    () -> BatchDecoder.builder(target).slots(2).context(HUGE).build());
            assertEquals(GtoException.Kind.ARGUMENT, overflow.kind());
        }
    }

    /** The limit of a variable stands for one of a control group. */
    @Test
    void aLimitIsNamed() throws Exception {
        String output = SmallMachine.run(
                folder,
                Map.of("GTO4J_MEMORY_LIMIT", "300M"),
                "context",
                TinyModels.target("--vocab", "64", "--context", "1000000").toString(),
                "300000");
        assertTrue(
                output.contains("MEMORY")
                        && output.contains("a session of 300000 cells with 512 rows a pass")
                        && output.contains("left of GTO4J_MEMORY_LIMIT of 300.0 MiB"),
                output);
        output = SmallMachine.run(
                folder,
                Map.of("GTO4J_MEMORY_LIMIT", "lots"),
                "context",
                TinyModels.target("--vocab", "64").toString(),
                "4096");
        assertTrue(output.contains("ARGUMENT") && output.contains("GTO4J_MEMORY_LIMIT: expected bytes"), output);
    }

    /** The model's file alone is several times as large as the heap. */
    @Test
    void aSmallHeapServesAndTrainsALargeModel() throws Exception {
        Path model = TinyModels.target("--vocab", "320", "--embd", "256", "--layers", "14", "--ff", "2048");
        assertTrue(model.toFile().length() > 80_000_000, model.toFile().length() + " bytes");
        String output = SmallMachine.run(folder, Map.of(), "-Xmx16m", "train", model.toString());
        assertTrue(output.contains("trained and decoded"), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "/nonexistent"})
    void withoutAHomeFolderItWorksAndLeavesNothing(String home) throws Exception {
        Path model = TinyModels.target("--vocab", "64");
        String output = SmallMachine.run(
                folder, Map.of(), "-Duser.home=" + home, "-Djava.io.tmpdir=" + folder, "train", model.toString());
        assertTrue(output.contains("trained and decoded"), output);
    }
}
