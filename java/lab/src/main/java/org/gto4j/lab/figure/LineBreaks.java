package org.gto4j.lab.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Text in lines, broken between its words. */
public final class LineBreaks {
    /** Columns that every terminal has. */
    public static final int TERMINAL = 80;

    private LineBreaks() {}

    /** The words of a text, which spaces separate; two spaces have an empty one between them. */
    public static List<String> words(String text) {
        return List.of(text.split(" ", -1));
    }

    /**
     * As few lines as fit; a word that doesn't fit a line by itself has one all the same.
     *
     * @param words at least one; what may not be broken is one word
     * @param indent how all lines but the first begin
     * @param fits whether a line is short enough
     */
    public static List<String> lines(List<String> words, String indent, Predicate<String> fits) {
        List<String> lines = new ArrayList<>();
        String line = words.get(0);
        for (String word : words.subList(1, words.size())) {
            String longer = line + " " + word;
            if (fits.test(longer)) {
                line = longer;
            } else {
                lines.add(line);
                line = indent + word;
            }
        }
        lines.add(line);
        return lines;
    }
}
