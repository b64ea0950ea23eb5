package org.gto4j.lab.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.gto4j.data.CorpusSequence;
import org.junit.jupiter.api.Test;

class TextGroupsTest {
    private static Map<String, Integer> sizes(String... ids) {
        Map<String, Integer> sizes = new TreeMap<>();
        TextGroups.of(
                        "corpus",
                        Arrays.stream(ids)
                                .map(id -> new CorpusSequence(id, new int[] {1, 2}, 1, null, 0))
                                .toList())
                .forEach((name, sequences) -> sizes.put(name, sequences.size()));
        return sizes;
    }

    @Test
    void idsAreGroupedByTheirBeginning() {
        assertEquals(
                Map.of("math", 3, "gsm8k", 1, "mt-bench", 1),
                sizes("math-12", "gsm8k-3", "math-7#2", "mt-bench-81", "math:4.1"));
    }

    @Test
    void idsThatTellNothingAreOneGroup() {
        assertEquals(Map.of("corpus", 3), sizes("81", "82", "math-1"));
        assertEquals(Map.of("corpus", 2), sizes("math-1", "math-2"));
        assertEquals(
                Set.of("corpus"),
                sizes(IntStream.range(0, 9)
                                .mapToObj(i -> (char) ('a' + i) + "x")
                                .toArray(String[]::new))
                        .keySet());
    }
}
