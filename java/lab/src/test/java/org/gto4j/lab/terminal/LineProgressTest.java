package org.gto4j.lab.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineProgressTest {
    @Test
    void timesAreReadable() {
        assertEquals("0:07", LineProgress.time(7.2));
        assertEquals("12:00", LineProgress.time(719.9));
        assertEquals("1:01:05", LineProgress.time(3665));
    }

    @Test
    void manyUpdatesAreFewLinesAndTheLastOneIsPrinted() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Progress progress =
                new LineProgress("train", new PrintStream(bytes, true, StandardCharsets.UTF_8), System::nanoTime)) {
            for (int i = 0; i <= 1000; i++) {
                progress.update(i / 1000.0, "step " + i);
            }
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertTrue(text.lines().count() <= 2, text);
        assertTrue(text.endsWith("train: 100%, step 1000" + System.lineSeparator()), text);
    }
}
