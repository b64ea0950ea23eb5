package org.gto4j.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.io.Sha256;
import org.jspecify.annotations.Nullable;

/** SHA-256 of texts: ids, tokens, what is trained of them and the target's most probable tokens, in their order. */
public final class CorpusDigest {
    private static final int BLOCK_INTS = 1 << 14;

    private final MessageDigest sha = Sha256.start();
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_INTS * Integer.BYTES);

    private CorpusDigest() {}

    /** In hex. */
    public static String of(List<CorpusSequence> sequences) {
        CorpusDigest digest = new CorpusDigest();
        sequences.forEach(digest::add);
        return HexFormat.of().formatHex(digest.sha.digest());
    }

    private void add(CorpusSequence sequence) {
        byte[] id = sequence.id().getBytes(StandardCharsets.UTF_8);
        add(new int[] {id.length});
        sha.update(id);
        add(sequence.tokens());
        add(sequence.responses().stream()
                .flatMapToInt(span -> IntStream.of(span.start(), span.end()))
                .toArray());
        add(sequence.argmax());
        add(new int[] {sequence.own() ? 1 : 0});
    }

    /** Length and values; null is told from an empty array. */
    private void add(int @Nullable [] values) {
        block.clear().putInt(values == null ? -1 : values.length);
        for (int i = 0; values != null && i < values.length; i++) {
            if (!block.hasRemaining()) {
                sha.update(block.flip());
                block.clear();
            }
            block.putInt(values[i]);
        }
        sha.update(block.flip());
    }
}
