package org.gto4j.lab.diagnosis;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gto4j.data.CorpusSequence;

/**
 * What diagnosing one text gave.
 *
 * @param sequence the text
 * @param counts of its cycles
 * @param striking of each kind the text's best cycle, if there is one
 */
public record DiagnosedText(CorpusSequence sequence, PathCounts counts, Map<CycleKind, PathCycle> striking) {
    static DiagnosedText of(CorpusSequence sequence, List<PathCycle> cycles, int depth) {
        Map<CycleKind, PathCycle> striking = new EnumMap<>(CycleKind.class);
        for (CycleKind kind : CycleKind.values()) {
            // The first one of those that are equal.
            cycles.stream()
                    .filter(cycle -> kind.measure(cycle) > 0)
                    .max(Comparator.comparingInt(kind::measure))
                    .ifPresent(cycle -> striking.put(kind, cycle));
        }
        return new DiagnosedText(sequence, PathCounts.of(cycles, depth), striking);
    }

    /** The text with the best cycle of a kind among several; empty if none has such a cycle. */
    public static Optional<DiagnosedText> best(CycleKind kind, List<DiagnosedText> texts) {
        Objects.requireNonNull(kind, "kind");
        return texts.stream()
                .filter(text -> text.striking().containsKey(kind))
                .max(Comparator.comparingInt(text ->
                        kind.measure(Objects.requireNonNull(text.striking().get(kind)))));
    }
}
