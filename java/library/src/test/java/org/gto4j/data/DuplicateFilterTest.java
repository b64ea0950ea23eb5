package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DuplicateFilterTest {
    private static Prompt prompt(String id, String system, String... turns) {
        return new Prompt(id, "general", system, List.of(turns));
    }

    @Test
    void exactDuplicatesDifferInCaseAndWhiteSpaceOnly() {
        DuplicateFilter filter = new DuplicateFilter(Deduplication.EXACT);
        List<Prompt> kept = filter.filter(List.of(
                prompt("a", null, "Why is  the sky\nblue?"),
                prompt("b", null, " why IS the sky blue? "),
                prompt("c", null, "Why is the sky blue"),
                prompt("d", "be kind", "Why is the sky blue?"),
                prompt("e", null, "Why is the sky blue?", "And green?")));
        assertEquals(List.of("a", "c", "d", "e"), kept.stream().map(Prompt::id).toList());
        assertEquals(1, filter.exact());
        assertEquals(0, filter.near());
        assertEquals(
                2,
                new DuplicateFilter(Deduplication.NONE)
                        .filter(List.of(prompt("a", null, "x"), prompt("b", null, "x")))
                        .size());
    }

    @Test
    void nearDuplicatesSayMostlyTheSameInTheSameOrder() {
        DuplicateFilter filter = new DuplicateFilter(Deduplication.NEAR);
        assertTrue(filter.accept("Write a short poem about the sea and the wind."));
        assertFalse(filter.accept("Write a short poem about the sea and the rain!"));
        assertTrue(filter.accept("The wind and the sea: about a poem, short, write."));
        assertTrue(filter.accept("Explain how bees make honey in winter."));
        assertEquals(1, filter.near());
        assertFalse(filter.accept("write a  short poem about the sea and the wind."));
        assertEquals(1, filter.exact());
    }

    /** The index only leaves out pairs that can't be alike. */
    @Test
    void decidesAsThePlainDefinitionDoes() {
        Random random = new Random(5);
        DuplicateFilter filter = new DuplicateFilter(Deduplication.NEAR);
        List<int[]> kept = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            int[] words = random.ints(3 + random.nextInt(6), 0, 5).toArray();
            boolean near = kept.stream()
                    .anyMatch(other -> 2.0 * subsequence(words, other) / (words.length + other.length) >= 0.7);
            boolean accepted = filter.accept(String.join(
                    " ", Arrays.stream(words).mapToObj(word -> "w" + word).toList()));
            assertEquals(!near, accepted, Arrays.toString(words));
            if (accepted) {
                kept.add(words);
            } else {
                refused++;
            }
        }
        assertTrue(
                kept.size() > 20 && refused > 20,
                kept.size() + " kept, " + refused + " refused: the test tests nothing");
    }

    private static int subsequence(int[] a, int[] b) {
        int[][] length = new int[a.length + 1][b.length + 1];
        for (int i = 1; i <= a.length; i++) {
            for (int j = 1; j <= b.length; j++) {
                length[i][j] =
                        a[i - 1] == b[j - 1] ? length[i - 1][j - 1] + 1 : Math.max(length[i - 1][j], length[i][j - 1]);
            }
        }
        return length[a.length][b.length];
    }
}
