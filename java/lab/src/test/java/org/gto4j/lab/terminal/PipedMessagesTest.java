package org.gto4j.lab.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;

class PipedMessagesTest {
    private static MessageSource source(byte[] input) {
        return new PipedMessages(new ByteArrayInputStream(input), new Interruption());
    }

    @Test
    void eachLineIsAMessageAsItIs() {
        MessageSource source = source("Größe?\\\r\n\n  \n\"\"\"two\nlast".getBytes(StandardCharsets.UTF_8));
        assertEquals(Optional.of("Größe?\\"), source.next());
        assertEquals(Optional.of("\"\"\"two"), source.next());
        assertEquals(Optional.of("last"), source.next());
        assertEquals(Optional.empty(), source.next());
        assertFalse(source.isInteractive());
    }

    @Test
    void otherBytesThanUtf8AreRefused() {
        assertTrue(assertThrows(GtoException.class, () -> source(new byte[] {'a', (byte) 0xfc, '\n'})
                        .next())
                .getMessage()
                .contains("standard input: expected text in UTF-8"));
    }
}
