package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VocabularyCoverageTest {
    /** Responses of the 1st and 3rd: 1 1 2 3 | 1 4; of the 2nd and 4th: 1 5 | 5 2. */
    private static final List<CorpusSequence> CORPUS = List.of(
            new CorpusSequence("a", new int[] {9, 1, 1, 2, 3}, 1, null, 0),
            new CorpusSequence("b", new int[] {9, 1, 5}, 1, null, 0),
            new CorpusSequence("c", new int[] {9, 1, 4}, 1, null, 0),
            new CorpusSequence(
                    "d",
                    new int[] {8, 5, 9, 2},
                    List.of(new ResponseSpan(1, 2), new ResponseSpan(3, 4)),
                    true,
                    null,
                    0));

    @Test
    void allAndUnseen() {
        VocabularyCoverage one = VocabularyCoverage.of(CORPUS, 1);
        assertEquals(4.0 / 10, one.all(), 1e-12);
        assertEquals(1.0 / 4, one.unseen(), 1e-12);
        // All: 1 (4 times), 2 and 5 (twice). Of the first half: 1 (3 times), then 2, 3 by id.
        assertEquals(8.0 / 10, VocabularyCoverage.of(CORPUS, 3).all(), 1e-12);
        assertEquals(2.0 / 4, VocabularyCoverage.of(CORPUS, 3).unseen(), 1e-12);
        assertEquals(0.6, VocabularyCoverage.share(CORPUS, new int[] {1, 2, 1000}), 1e-12);
        assertEquals(5, VocabularyCoverage.distinct(CORPUS));
    }

    @Test
    void sizesDoubleUpToAllTokensSeen() {
        assertEquals(
                List.of(2048),
                VocabularyCoverage.of(CORPUS).stream()
                        .map(VocabularyCoverage::size)
                        .toList());
        int[] many = IntStream.range(0, 5001).toArray();
        List<VocabularyCoverage> table = VocabularyCoverage.of(List.of(new CorpusSequence("m", many, 1, null, 0)));
        assertEquals(
                List.of(2048, 4096, 8192),
                table.stream().map(VocabularyCoverage::size).toList());
        assertEquals(4096.0 / 5000, table.get(1).all(), 1e-12);
        assertEquals(1, table.get(2).unseen(), "nothing is unseen");
    }

    @Test
    void statistics() {
        CorpusStatistics statistics = CorpusStatistics.of(CORPUS);
        assertEquals(4, statistics.own());
        assertEquals(15, statistics.tokens());
        assertEquals(5, statistics.responses());
        assertEquals(10, statistics.responseTokens());
        assertArrayEquals(new int[] {3, 3, 3, 4, 5, 5}, statistics.lengths());
        assertArrayEquals(new int[] {2, 2, 2, 2, 4, 4}, statistics.responseLengths());
        assertArrayEquals(new int[6], CorpusStatistics.of(List.of()).lengths());
    }
}
