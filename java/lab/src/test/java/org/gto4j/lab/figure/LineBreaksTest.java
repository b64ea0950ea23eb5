package org.gto4j.lab.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineBreaksTest {
    private static List<String> lines(String text, String indent, int width) {
        return LineBreaks.lines(LineBreaks.words(text), indent, line -> line.length() <= width);
    }

    @Test
    void linesAreAsFullAsTheyFit() {
        assertEquals(List.of("one two", "three", "four"), lines("one two three four", "", 7));
    }

    @Test
    void otherLinesBeginWithTheIndentWhichTakesRoom() {
        assertEquals(List.of("one two", "  three", "  four"), lines("one two three four", "  ", 10));
        assertEquals(List.of("one two", "  three four"), lines("one two three four", "  ", 12));
    }

    @Test
    void longWordsAndSpacesStay() {
        assertEquals(List.of("a", "unbreakable", "b"), lines("a unbreakable b", "", 5));
        assertEquals(List.of("  a  b"), lines("  a  b", "", 10));
        assertEquals(List.of(""), lines("", "", 10));
    }

    @Test
    void partsOfACommandArentBroken() {
        assertEquals(
                List.of("eval", "  -m model.gguf"),
                LineBreaks.lines(List.of("eval", "-m model.gguf"), "  ", line -> line.length() <= 15));
    }
}
