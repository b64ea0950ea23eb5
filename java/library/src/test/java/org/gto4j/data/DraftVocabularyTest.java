package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class DraftVocabularyTest {
    /** Response counts: 7 x3, 5 x2, 9 x2, 3 x1; prompt counts: 8 x2, 6 x1, 7 x1. */
    private static final List<CorpusSequence> CORPUS = List.of(
            new CorpusSequence("a", new int[] {8, 6, 7, 5, 9, 7}, 2, null, 0),
            new CorpusSequence("b", new int[] {8, 7, 9, 5, 7, 3}, 2, null, 0));

    @Test
    void mostFrequentFirstTiesByIdResultAscending() {
        DraftVocabulary two = DraftVocabulary.of(CORPUS, 2, 20);
        assertArrayEquals(new int[] {5, 7}, two.tokens());
        assertEquals(5.0 / 8, two.coverage(), 1e-12);
        assertEquals(4, two.distinct());
    }

    @Test
    void filledWithPromptTokensThenLowIds() {
        assertArrayEquals(
                new int[] {0, 1, 3, 5, 6, 7, 8, 9},
                DraftVocabulary.of(CORPUS, 8, 20).tokens());
        assertEquals(1, DraftVocabulary.of(CORPUS, 8, 20).coverage());
        assertEquals(10, DraftVocabulary.of(CORPUS, 50, 10).tokens().length);
    }
}
