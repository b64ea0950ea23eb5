package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Places that a copy goes on from. */
class CopySourceTest {
    private static int find(int... text) {
        return new CopySource().find(new KnownText(text));
    }

    /** Asked after each token from {@code first} on, as decoding would. */
    private static int findAlong(int first, int... text) {
        CopySource source = new CopySource();
        int end = -1;
        for (int size = first; size <= text.length; size++) {
            end = source.find(new KnownText(Arrays.copyOf(text, size)));
        }
        return end;
    }

    @Test
    void takesThreeTokensBeforeTwoAndTheLatestPlace() {
        assertEquals(-1, find(1, 2, 3, 4, 5));
        assertEquals(-1, find(1));
        assertEquals(-1, find(1, 2, 3, 1), "one token is no match");
        assertEquals(2, find(1, 2, 3, 7, 8, 0, 2, 3, 9, 1, 2, 3));
        assertEquals(4, find(2, 3, 4, 2, 3, 5, 0, 2, 3));
    }

    /** 1 to 12 are copied, but 5 is changed to 50. */
    private static final int[] CHANGED = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2, 3, 4, 50, 6};

    @Test
    void goesOnBehindAChangedToken() {
        assertEquals(5, findAlong(16, CHANGED));
        assertEquals(-1, find(CHANGED), "nothing was copied before");
        int[] longer = Arrays.copyOf(CHANGED, CHANGED.length + 1);
        longer[CHANGED.length] = 7;
        assertEquals(6, findAlong(16, longer), "two tokens match now");
    }

    @Test
    void goesOnBehindTokensThatCameBetweenOrAreLeftOut() {
        assertEquals(4, findAlong(12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 60, 61, 62, 63, 5), "4 came between");
        assertEquals(6, findAlong(12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 60, 7), "5 and 6 are left out");
    }

    @Test
    void prefersTheNearestPlace() {
        // 9 stands at 2 and at 8; the copy would stand at 7
        assertEquals(8, findAlong(13, 1, 2, 9, 3, 4, 5, 6, 7, 9, 8, 0, 3, 4, 5, 6, 70, 9));
    }

    @Test
    void forgetsACopyThatEndedLongAgo() {
        int[] copied = {1, 2, 3, 4, 5, 0, 1, 2, 3};
        int[] text = IntStream.concat(
                        IntStream.concat(Arrays.stream(copied), IntStream.range(100, 100 + CopySource.NEAR)),
                        IntStream.of(5))
                .toArray();
        assertEquals(-1, findAlong(copied.length, text));
        CopySource source = new CopySource();
        source.find(new KnownText(copied));
        source.begins();
        assertEquals(-1, source.find(new KnownText(1, 2, 3, 4, 5, 9, 3)), "another text");
    }

    /** 3 4 5 stands twice; the copy comes from the first place, where more tokens match. */
    @Test
    void staysWhereItCopiedWhileMoreMatches() {
        int[] text = {1, 2, 3, 4, 5, 6, 0, 3, 4, 5, 7, 8, 1, 2, 3, 4, 5};
        assertEquals(9, find(text), "the latest place");
        assertEquals(4, findAlong(14, text));
    }

    @Test
    void countsWhatMatches() {
        assertEquals(3, CopySource.matching(new KnownText(1, 2, 3, 0, 1, 2, 3), 2));
        assertEquals(1, CopySource.matching(new KnownText(9, 2, 3, 0, 1, 5, 3), 2));
        int[] same = new int[3 * CopySource.MOST_MATCH];
        assertEquals(CopySource.MOST_MATCH, CopySource.matching(new KnownText(same), same.length - 2));
    }

    /** Whatever it is asked: the place holds the last token and lies before it, and to ask twice changes nothing. */
    @Test
    void findsTheLastTokenItself() {
        SplittableRandom random = new SplittableRandom(7);
        CopySource source = new CopySource();
        for (int round = 0; round < 300; round++) {
            int[] text = random.ints(random.nextInt(1, 200), 0, 2 + round % 9).toArray();
            source.begins();
            for (int size = 1; size <= text.length; size += random.nextInt(1, 5)) {
                KnownText part = new KnownText(Arrays.copyOf(text, size));
                int end = source.find(part);
                assertEquals(end, source.find(part));
                if (end >= 0) {
                    assertEquals(text[size - 1], text[end]);
                    assertEquals(true, end < size - 1);
                }
            }
        }
    }
}
