package org.gto4j.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.gto4j.data.MaskedTokens;
import org.gto4j.data.ResponseSpan;
import org.gto4j.lab.terminal.Sizes;
import org.junit.jupiter.api.Test;

class MaskedTextTest {
    /** Token t is the byte t. */
    private static MaskedText text(boolean colour) {
        return new MaskedText(token -> new byte[] {(byte) token}, colour);
    }

    private static final MaskedTokens TWO = new MaskedTokens(
            "t",
            new int[] {'a', 'b', 0xC3, 0xA4, 'd', 'e', '\n'},
            List.of(new ResponseSpan(1, 4), new ResponseSpan(5, 6)));

    @Test
    void bracketsForPipesColourForTerminals() {
        assertEquals("a[[bä]]d[[e]]\n", text(false).of(TWO));
        assertEquals(
                "\u001B[2ma\u001B[0m\u001B[32mbä\u001B[0m\u001B[2md\u001B[0m\u001B[32me\u001B[0m\u001B[2m\n\u001B[0m",
                text(true).of(TWO));
    }

    @Test
    void aTextCannotSteerTheTerminal() {
        String shown = text(true).of(new MaskedTokens("t", new int[] {27, '[', '2', 'J', 13}, List.of()));
        assertEquals("\u001B[2m\\u001b[2J\\u000d\u001B[0m", shown);
        assertFalse(
                text(false).of(new MaskedTokens("t", new int[] {27}, List.of())).contains("\u001B"));
    }

    @Test
    void sizes() {
        assertEquals("812 bytes", Sizes.of(812));
        assertEquals("1.5 KiB", Sizes.of(1536));
        assertEquals("2.0 GiB", Sizes.of(2L << 30));
    }
}
