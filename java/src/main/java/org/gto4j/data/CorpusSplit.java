package org.gto4j.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

import org.gto4j.io.Sha256;

/**
 * Which sequences of a corpus serve for what, by a hash of their ids: the answer for a sequence doesn't depend on which others there are, so that it
 * stays when a corpus grows.
 */
public final class CorpusSplit {
    private CorpusSplit() {
    }

    /** Where an id stands in [0, 1): the same on all machines; ids are spread evenly. */
    public static double place(String id) {
        byte[] digest = Sha256.start().digest(id.getBytes(StandardCharsets.UTF_8));
        return (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1p-53;
    }

    /** Whether a sequence is among the held-back share, in [0, 1]. */
    public static boolean isHeldBack(String id, double share) {
        return place(id) < share;
    }

    /** A sample that is no matter of when or how long a text was: the {@code count} sequences (all, if fewer) of the lowest places. */
    public static List<CorpusSequence> sample(List<CorpusSequence> sequences, int count) {
        return sequences.stream().sorted(Comparator.comparingDouble((CorpusSequence sequence) -> place(sequence.id())).thenComparing(CorpusSequence::id))
            .limit(count).toList();
    }
}
