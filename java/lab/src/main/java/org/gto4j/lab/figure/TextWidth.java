package org.gto4j.lab.figure;

import java.util.List;

/** How much room text takes, by its length: the reader's font isn't known. */
final class TextWidth {
    /** Of a character of 13 pixels, generously. */
    private static final double CHARACTER = 7.2;

    private TextWidth() {}

    static double of(String text) {
        return CHARACTER * text.codePointCount(0, text.length());
    }

    /** Lines that are no wider, but for words that are. */
    static List<String> lines(String text, double width) {
        return LineBreaks.lines(LineBreaks.words(text), "", line -> of(line) <= width);
    }
}
