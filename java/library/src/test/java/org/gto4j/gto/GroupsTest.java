package org.gto4j.gto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.gto4j.train.Randomness;
import org.junit.jupiter.api.Test;

class GroupsTest {
    @Test
    void adjacentInRangeAndNotOverlapping() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 500; round++) {
            int first = random.nextInt(20);
            int end = first + 8 + random.nextInt(300);
            double share = random.nextDouble(0.01, 1);
            int[][] groups = Groups.choose(first, end, 8, share, random);
            int free = first;
            for (int[] group : groups) {
                assertEquals(8, group.length);
                assertTrue(group[0] >= free, "overlap");
                assertEquals(group[0] + 7, group[7]);
                free = group[7] + 1;
            }
            assertTrue(free <= end);
            assertEquals(
                    Math.max(1, Math.min((end - first) / 8, Math.round((end - first) * share / 8))), groups.length);
        }
    }

    @Test
    void thePapersSizes() {
        assertEquals(16, Groups.choose(0, 2048, 8, 1.0 / 16, new SplittableRandom(1)).length);
    }

    @Test
    void sameSeedSamePlaces() {
        assertArrayEquals(
                Groups.choose(3, 200, 8, 0.2, Randomness.of(1, 2, 3)),
                Groups.choose(3, 200, 8, 0.2, Randomness.of(1, 2, 3)));
        assertTrue(!Arrays.deepEquals(
                Groups.choose(3, 200, 8, 0.2, Randomness.of(1, 2, 3)),
                Groups.choose(3, 200, 8, 0.2, Randomness.of(1, 2, 4))));
    }

    @Test
    void shortResponses() {
        assertEquals(0, Groups.choose(5, 6, 8, 0.1, new SplittableRandom(1)).length);
        assertEquals(0, Groups.choose(5, 3, 8, 0.1, new SplittableRandom(1)).length);
        assertArrayEquals(new int[][] {{5, 6, 7}}, Groups.choose(5, 8, 8, 0.1, new SplittableRandom(1)));
        assertArrayEquals(new int[][] {{0, 1}, {2, 3}}, Groups.choose(0, 4, 2, 1, new SplittableRandom(1)));
    }

    /** 2 groups of 2 in 6 positions: 6 places, each as likely as another. */
    @Test
    void placesAreUniform() {
        SplittableRandom random = new SplittableRandom(9);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 6000; i++) {
            counts.merge(Arrays.deepToString(Groups.choose(0, 6, 2, 2.0 / 3, random)), 1, Integer::sum);
        }
        assertEquals(6, counts.size());
        counts.forEach((place, count) -> assertTrue(Math.abs(count - 1000) < 150, place + " " + count));
    }
}
