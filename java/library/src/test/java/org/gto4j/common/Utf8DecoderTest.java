package org.gto4j.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8DecoderTest {
    private static final String TEXT = "naïve € 漢字 😀 👩‍👩‍👧 end";

    @Test
    void anyCutGivesTheSameText() {
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        for (int width = 1; width <= 7; width++) {
            Utf8Decoder decoder = new Utf8Decoder();
            StringBuilder text = new StringBuilder();
            for (int at = 0; at < bytes.length; at += width) {
                String piece = decoder.decode(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + width)));
                assertEquals(-1, piece.indexOf('\uFFFD'));
                text.append(piece);
            }
            assertEquals(TEXT, text + decoder.finish());
        }
    }

    @Test
    void aCharacterComesWhenItIsComplete() {
        Utf8Decoder decoder = new Utf8Decoder();
        assertEquals("", decoder.decode(new byte[] {(byte) 0xF0, (byte) 0x9F}));
        assertEquals("", decoder.decode(new byte[] {}));
        assertEquals("", decoder.decode(new byte[] {(byte) 0x98}));
        assertEquals("😀!", decoder.decode(new byte[] {(byte) 0x80, '!'}));
        assertEquals("", decoder.finish());
    }

    @Test
    void malformedBytesAreReplaced() {
        Utf8Decoder decoder = new Utf8Decoder();
        assertEquals("a\uFFFDb", decoder.decode(new byte[] {'a', (byte) 0xFF, 'b'}));
        assertEquals("", decoder.decode(new byte[] {(byte) 0xE2, (byte) 0x82}));
        assertEquals("\uFFFD", decoder.finish());
        assertEquals("c", decoder.decode(new byte[] {'c'}), "usable afresh");
    }
}
