package org.gto4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StopStringsTest {
    private static StringBuilder text(String text) {
        return new StringBuilder(text);
    }

    @Test
    void findsTheFirstOfThem() {
        StopStrings stops = new StopStrings(List.of("END", "\n\n"));
        assertEquals(3, stops.find(text("abc\n\nEND"), 0));
        assertEquals(1, stops.find(text("aEND\n\n"), 3), "it may have begun before what is new");
        assertEquals(-1, stops.find(text("aEN D"), 0));
        assertEquals(-1, new StopStrings(List.of()).find(text("anything"), 0));
    }

    @Test
    void holdsBackWhatMayBecomeOne() {
        StopStrings stops = new StopStrings(List.of("END", "ENABLE"));
        assertEquals(2, stops.safeLength(text("abEN")));
        assertEquals(2, stops.safeLength(text("abENABL")));
        assertEquals(4, stops.safeLength(text("abEX")));
        assertEquals(3, stops.safeLength(text("EEEE")));
        assertEquals(0, stops.safeLength(text("")));
        assertEquals(4, new StopStrings(List.of()).safeLength(text("abEN")));
    }

    /**
     * Whatever the pieces: what was told is a prefix of the text before the stop string, and the stop is found where it
     * is.
     */
    @Test
    void piecesDontMatter() {
        SplittableRandom random = new SplittableRandom(1);
        for (int run = 0; run < 2000; run++) {
            StopStrings stops = new StopStrings(List.of("aab", "ba"));
            StringBuilder text = new StringBuilder();
            int told = 0;
            for (int piece = 0; piece < 12; piece++) {
                int known = text.length();
                for (int i = random.nextInt(4); i > 0; i--) {
                    text.append((char) ('a' + random.nextInt(3)));
                }
                int found = stops.find(text, known);
                int expected = first(text.toString());
                assertEquals(expected, found, text.toString());
                if (found >= 0) {
                    assertEquals(true, told <= found, text + " after " + told);
                    break;
                }
                told = Math.max(told, stops.safeLength(text));
            }
        }
    }

    private static int first(String text) {
        int one = text.indexOf("aab");
        int two = text.indexOf("ba");
        return one < 0 ? two : two < 0 ? one : Math.min(one, two);
    }
}
