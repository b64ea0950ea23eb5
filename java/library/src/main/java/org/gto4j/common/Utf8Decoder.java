package org.gto4j.common;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 that comes in pieces: bytes of a character that isn't complete wait for the next piece. Malformed bytes
 * become U+FFFD.
 */
public final class Utf8Decoder {
    private static final int LONGEST_CHARACTER = 4;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] pending = {};

    /** The characters that the piece completes; may be empty. */
    public String decode(byte[] piece) {
        ByteBuffer in = ByteBuffer.allocate(pending.length + piece.length)
                .put(pending)
                .put(piece)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, false);
        pending = new byte[in.remaining()];
        in.get(pending);
        return out.flip().toString();
    }

    /** What is left: U+FFFD if a character was begun and not completed. The decoder can be used afresh afterwards. */
    public String finish() {
        CharBuffer out = CharBuffer.allocate(LONGEST_CHARACTER);
        decoder.decode(ByteBuffer.wrap(pending), out, true);
        decoder.flush(out);
        decoder.reset();
        pending = new byte[0];
        return out.flip().toString();
    }
}
