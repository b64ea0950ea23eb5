package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorpusSplitTest {
    private static List<CorpusSequence> sequences(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new CorpusSequence("question-" + i, new int[] {1, 2}, 1, null, 0))
                .toList();
    }

    @Test
    void aShareOfIdsIsHeldBackWhateverElseThereIs() {
        List<CorpusSequence> held = CorpusSplit.of(sequences(10_000), 0.05).heldBack();
        // Binomial: standard deviation 22.
        assertEquals(500, held.size(), 110);
        assertTrue(
                ids(CorpusSplit.of(sequences(10_000), 0.1).heldBack()).containsAll(ids(held)),
                "a larger share holds the smaller one");
        assertTrue(
                ids(CorpusSplit.of(sequences(11_000), 0.05).heldBack()).containsAll(ids(held)),
                "a grown corpus holds back the same ones");
        assertEquals(9_500, CorpusSplit.of(sequences(10_000), 0.05).training().size(), 110);
        assertEquals(0, CorpusSplit.of(sequences(1000), 0).heldBack().size());
        assertEquals(4, CorpusSplit.of(sequences(100), 1e-6).heldBack().size());
        assertEquals(2, CorpusSplit.of(sequences(8), 1e-6).heldBack().size());
        assertEquals(
                CorpusSplit.place("question-0"),
                CorpusSplit.place("question-0#2"),
                "turns of one prompt stay together");
        // The value is part of what runs are resumed with: it must never change.
        assertEquals(0.8696582716393851, CorpusSplit.place("question-0"));
    }

    @Test
    void aSampleOfAGrownCorpusKeepsWhatStillIsAmongTheLowest() {
        Set<String> before = ids(CorpusSplit.sample(sequences(100), 10));
        Set<String> after = ids(CorpusSplit.sample(sequences(110), 10));
        assertEquals(10, before.size());
        assertTrue(after.stream().filter(before::contains).count() >= 7, before + " " + after);
        assertEquals(5, CorpusSplit.sample(sequences(5), 10).size());
    }

    private static Set<String> ids(List<CorpusSequence> sequences) {
        return sequences.stream().map(CorpusSequence::id).collect(Collectors.toSet());
    }
}
