package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How much longer plain cycles take just after others, under any load. */
class SettlingTest {
    private final Settling settling = new Settling();
    private final SplittableRandom random = new SplittableRandom(5);

    private void run(int length, double... more) {
        settling.interrupted();
        double load = 0.5 + 1.5 * random.nextDouble();
        for (int i = 0; i < length; i++) {
            double longer = i < more.length ? more[i] : 0;
            settling.plain(load * (1 + longer) * Math.exp(0.1 * (random.nextDouble() - 0.5)));
        }
    }

    @Test
    void isWhatTheFirstCyclesTakeMore() {
        assertEquals(0, settling.cycles(), "nothing is known");
        for (int i = 0; i < 50; i++) {
            run(20, 0.4, 0.2, 0.1, 0.1);
        }
        assertEquals(0.8, settling.cycles(), 0.1);
        for (int i = 0; i < 100; i++) {
            run(8);
        }
        assertEquals(0, settling.cycles(), 0.1);
    }

    @Test
    void knowsNothingOfCyclesAfterAPrompt() {
        for (int text = 0; text < 50; text++) {
            settling.textBegins();
            for (int i = 0; i < 20; i++) {
                settling.plain(i < 4 ? 2 : 1);
            }
        }
        assertEquals(0, settling.cycles());
    }

    @Test
    void needsARunThatIsLongEnough() {
        for (int i = 0; i < 50; i++) {
            run(7, 1, 1, 1, 1);
        }
        assertEquals(0, settling.cycles());
    }
}
