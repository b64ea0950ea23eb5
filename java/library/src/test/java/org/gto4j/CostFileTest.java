package org.gto4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostFileTest {
    private static final CostTable TABLE = new CostTable(new int[] {1, 2, 8}, new double[] {0.1, 0.2, 0.5});
    private static final CycleCosts COSTS = new CycleCosts(TABLE, TABLE, 0.01, TABLE, 0.1, 0);

    @TempDir
    Path folder;

    @Test
    void costsOfAQuietMachineAreKept() {
        CostFile file = new CostFile(folder.resolve("costs/a.json"));
        file.write(COSTS, false);
        assertEquals(Optional.of(COSTS), file.read());
    }

    @Test
    void thoseOfABusyOneAreMeasuredAgain() {
        CostFile file = new CostFile(folder.resolve("a.json"));
        file.write(COSTS, true);
        assertEquals(Optional.empty(), file.read());
        file.write(COSTS, false);
        assertEquals(Optional.of(COSTS), file.read());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{\"provisional\": false}",
                "{\"roots\": 1, \"plain\": 0.1, \"rebuild\": 0, \"level\": {\"rows\": [1], \"seconds\": [-1]}}"
            })
    void damagedOnesAreMeasuredAgain(String text) throws IOException {
        Path path = folder.resolve("a.json");
        Files.writeString(path, text);
        assertEquals(Optional.empty(), new CostFile(path).read());
    }

    /** Others have the processors' time of a thread that should compute and doesn't. */
    @Test
    void aShareOfTheProcessorsTime() throws InterruptedException {
        ProcessorShare share = new ProcessorShare(8);
        assertTrue(share.isQuiet(), "too early to tell");
        Thread.sleep(700);
        assertFalse(share.isQuiet(), share.get() + " of 8 threads");
        assertTrue(new ProcessorShare(0).isQuiet());
    }
}
