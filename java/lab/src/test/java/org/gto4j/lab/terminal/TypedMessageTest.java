package org.gto4j.lab.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TypedMessageTest {
    @Test
    void aBackslashAtTheEndOfALineAsksForAnotherOne() {
        assertTrue(TypedMessage.isOpen("first \\"));
        assertTrue(TypedMessage.isOpen("first \\\nsecond\\"));
        assertFalse(TypedMessage.isOpen("first \\\nsecond"));
        assertEquals("first \nsecond", TypedMessage.of("first \\\nsecond"));
        assertEquals("a \\n b", TypedMessage.of("a \\n b"));
    }

    @Test
    void tripleQuotesHoldAnyLines() {
        assertTrue(TypedMessage.isOpen("\"\"\""));
        assertTrue(TypedMessage.isOpen("  \"\"\"one\ntwo\n"));
        assertFalse(TypedMessage.isOpen("\"\"\"one\n\ntwo \\\"\"\""));
        assertEquals("one\n\ntwo \\", TypedMessage.of("\"\"\"one\n\ntwo \\\"\"\""));
        assertFalse(TypedMessage.isOpen("say \"\"\" to me"));
        assertEquals("say \"\"\" to me", TypedMessage.of("say \"\"\" to me"));
        assertEquals("", TypedMessage.of("\"\"\"\"\"\""));
    }
}
