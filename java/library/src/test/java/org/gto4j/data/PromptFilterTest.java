package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptFilterTest {
    @Test
    void aTextPassesOnceWhateverItsCaseAndPunctuation() {
        PromptFilter filter = new PromptFilter();
        assertTrue(filter.accept("Write a poem about the sea."));
        assertFalse(filter.accept("write a  poem, about the SEA!"));
        assertTrue(filter.accept("Write a poem about the lake."));
        assertTrue(filter.accept("Schreibe ein Gedicht über den See."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Hi",
                "one two three",
                "### $$$ ((( ))) *** abc def ghi jkl ;;; ;;; ;;;",
                "Tell me a story \uFFFD\uFFFD about it",
                "Tell me a story \0 about it",
                "go on and on and go on and on and go on and on and go on and on",
                "the cat sat down here the cat sat down here the cat sat down here the cat sat down here"
            })
    void junk(String text) {
        assertTrue(PromptFilter.junk(text), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Explain how a bicycle stays upright.",
                "def add(a, b):\n    return a + b\n\nWhat does this function do?",
                "What is 12 + 30 - 4?"
            })
    void usable(String text) {
        assertFalse(PromptFilter.junk(text), text);
    }

    @Test
    void tooLongIsJunk() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append("word").append(i).append(' ');
        }
        assertTrue(PromptFilter.junk(text.toString()));
        assertEquals("a b 1", PromptFilter.normalise(" A, b;  1. "));
    }
}
