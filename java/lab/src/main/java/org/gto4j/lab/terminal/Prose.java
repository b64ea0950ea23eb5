package org.gto4j.lab.terminal;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.lab.figure.LineBreaks;

/** Sentences in lines for a terminal, which would break longer ones in the middle of a word. */
public final class Prose {
    private Prose() {}

    /**
     * Lines of at most {@link LineBreaks#TERMINAL} characters, but for words that have more.
     *
     * @param first spaces before the first line
     * @param others spaces before the others
     */
    public static List<String> lines(String text, int first, int others) {
        List<String> words = new ArrayList<>(LineBreaks.words(text));
        words.set(0, " ".repeat(first) + words.get(0));
        return LineBreaks.lines(words, " ".repeat(others), line -> line.length() <= LineBreaks.TERMINAL);
    }
}
