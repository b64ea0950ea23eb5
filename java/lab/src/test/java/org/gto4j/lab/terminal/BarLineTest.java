package org.gto4j.lab.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BarLineTest {
    private static String line(double fraction, String detail, int width) {
        return BarLine.of("train", fraction, 65, OptionalDouble.of(90), detail, width);
    }

    @Test
    void barTimeAndDetailFillALine() {
        assertEquals("train  42% [========            ] 1:05, 1:30 left, step 12", line(0.42, "step 12", 80));
        assertEquals(
                "decode 100% [====================] 0:11", BarLine.of("decode", 1, 11, OptionalDouble.empty(), "", 80));
    }

    @Test
    void littleRoomIsForTheDetailFirst() {
        assertEquals("train  50% [===   ] 1:05, 1:30 left, step 12", line(0.5, "step 12", 44));
        assertEquals("train  50% 1:05, 1:30 left, step 12", line(0.5, "step 12", 40));
        assertEquals("train  50% 1:05, 1:30 left, step 12", line(0.5, "step 12, loss 2.345", 46));
        assertEquals("train 100%", line(1, "step 12", 10));
        assertEquals("train", line(1, "step 12", 8), "no half word");
        assertEquals("tr", line(1, "step 12", 2), "but a line that says something");
        for (int width = 1; width < 90; width++) {
            assertTrue(line(1, "step 12, loss 2.345, accuracy 0.123", width).length() <= width);
        }
    }
}
