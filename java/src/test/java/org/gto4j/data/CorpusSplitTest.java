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
        return IntStream.range(0, count).mapToObj(i -> new CorpusSequence("question-" + i, new int[] {1, 2}, 1, null, 0)).toList();
    }

    @Test
    void aShareOfIdsIsHeldBackWhateverElseThereIs() {
        long held = sequences(10_000).stream().filter(sequence -> CorpusSplit.isHeldBack(sequence.id(), 0.05)).count();
        // Binomial: standard deviation 22.
        assertEquals(500, held, 110);
        assertTrue(sequences(10_000).stream().filter(sequence -> CorpusSplit.isHeldBack(sequence.id(), 0.05))
            .allMatch(sequence -> CorpusSplit.isHeldBack(sequence.id(), 0.1)), "a larger share holds the smaller one");
        assertEquals(0, sequences(1000).stream().filter(sequence -> CorpusSplit.isHeldBack(sequence.id(), 0)).count());
        assertEquals(1000, sequences(1000).stream().filter(sequence -> CorpusSplit.isHeldBack(sequence.id(), 1)).count());
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
