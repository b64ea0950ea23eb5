package org.gto4j.lab.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
    private long nanos = 5_000_000_000L;

    private void pass(double seconds) {
        nanos += Math.round(seconds * 1e9);
    }

    @Test
    void whatWasThereBeforeIsNoPace() {
        TimeLeft left = new TimeLeft(() -> nanos);
        assertEquals(OptionalDouble.empty(), left.seconds());
        pass(8); // a model is loaded
        left.update(0.52);
        assertEquals(OptionalDouble.empty(), left.seconds());
        pass(16);
        left.update(0.54);
        assertEquals(16 * 0.46 / 0.02, left.seconds().orElseThrow(), 1e-6);
        pass(100); // nothing is known of the time since the last update
        assertEquals(16 * 0.46 / 0.02, left.seconds().orElseThrow(), 1e-6);
        left.update(1);
        assertEquals(OptionalDouble.empty(), left.seconds());
    }

    @Test
    void aWholeTaskEndsWhenItSays() {
        TimeLeft left = new TimeLeft(() -> nanos);
        for (int i = 0; i < 10; i++) {
            left.update(i / 10.0);
            if (3 * i >= 5) {
                assertEquals(3.0 * (10 - i), left.seconds().orElseThrow(), 1e-6);
            }
            pass(3);
        }
    }

    /** The first hundredth of a per cent takes a minute, the rest 100 seconds: extrapolated it would be 160 hours. */
    @Test
    void nothingIsSaidBeforeEnoughIsKnown() {
        TimeLeft left = new TimeLeft(() -> nanos);
        left.update(0);
        pass(4);
        left.update(0.5);
        assertEquals(OptionalDouble.empty(), left.seconds(), "too soon");
        TimeLeft slow = new TimeLeft(() -> nanos);
        slow.update(0);
        pass(58);
        slow.update(0.0001);
        assertEquals(OptionalDouble.empty(), slow.seconds(), "too little");
        for (int i = 1; i <= 50; i++) {
            pass(1);
            slow.update(i / 100.0);
        }
        assertTrue(slow.seconds().orElseThrow() < 120, slow.seconds().toString());
        for (int i = 51; i <= 90; i++) {
            pass(1);
            slow.update(i / 100.0);
        }
        assertEquals(10, slow.seconds().orElseThrow(), 1);
    }

    @Test
    void aVeryLongTaskGetsItsTimeAfterAMinute() {
        TimeLeft left = new TimeLeft(() -> nanos);
        for (int i = 0; i <= 600; i++) {
            left.update(i / 360_000.0);
            pass(1);
        }
        assertEquals(359_400, left.seconds().orElseThrow(), 600);
    }

    /** A task resumed at 52% that does 2% in 16 s has 48% - 2% left: 368 s, 6:08. */
    private String resumed(BiFunction<PrintStream, String, Progress> display) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Progress progress = display.apply(new PrintStream(bytes, true, StandardCharsets.UTF_8), "regenerate")) {
            pass(2);
            progress.update(0.52, "first");
            pass(16);
            progress.update(0.54, "second");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void linesOfAResumedTaskTellTheTimeLeft() {
        String text = resumed((err, task) -> new LineProgress(task, err, () -> nanos));
        assertEquals("regenerate: 54%, 6:08 left, second" + System.lineSeparator(), text);
    }

    @Test
    void theBarOfAResumedTaskTellsTheTimeLeft() {
        String text = resumed((err, task) -> new BarProgress(task, err, () -> nanos, () -> {}));
        assertTrue(text.contains("54%") && text.contains(", 6:08 left, second"), text);
    }
}
