package org.gto4j.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.gto4j.io.Sha256;

/**
 * Sequences to train on and sequences to validate on, by a hash of their prompts' ids: where a sequence belongs doesn't
 * depend on which others there are, so that it stays when a corpus grows.
 *
 * @param training in the corpus's order
 * @param heldBack in the corpus's order
 */
public record CorpusSplit(List<CorpusSequence> training, List<CorpusSequence> heldBack) {
    private static final int LEAST = 4;

    /**
     * Splits sequences.
     *
     * @param share of prompts held back, in [0, 1]; if it is above 0, at least 4 sequences are, or a quarter of all if
     *     that is less, and the other turns of their prompts
     */
    public static CorpusSplit of(List<CorpusSequence> sequences, double share) {
        int least = share > 0 ? Math.min(LEAST, sequences.size() / 4) : 0;
        double last = least == 0
                ? -1
                : sequences.stream()
                        .mapToDouble(sequence -> place(sequence.id()))
                        .sorted()
                        .skip(least - 1)
                        .findFirst()
                        .orElseThrow();
        Predicate<CorpusSequence> held = sequence -> place(sequence.id()) < share || place(sequence.id()) <= last;
        return new CorpusSplit(
                sequences.stream().filter(held.negate()).toList(),
                sequences.stream().filter(held).toList());
    }

    /**
     * Where the prompt of an id stands in [0, 1), the same on all machines; prompts are spread evenly. All turns "a",
     * "a#2", ... of a prompt stand together.
     */
    public static double place(String id) {
        byte[] digest = Sha256.start().digest(id.replaceFirst("#\\d+$", "").getBytes(StandardCharsets.UTF_8));
        return (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1p-53;
    }

    /**
     * A sample that is no matter of when or how long a text was: the {@code count} sequences (all, if fewer) of the
     * lowest places.
     */
    public static List<CorpusSequence> sample(List<CorpusSequence> sequences, int count) {
        return sequences.stream()
                .sorted(Comparator.comparingDouble((CorpusSequence sequence) -> place(sequence.id()))
                        .thenComparing(CorpusSequence::id))
                .limit(count)
                .toList();
    }
}
