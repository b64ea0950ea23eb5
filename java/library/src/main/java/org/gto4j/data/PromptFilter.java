package org.gto4j.data;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tells a usable self-written prompt from junk, and from one that was there before. */
final class PromptFilter {
    private static final int LEAST_WORDS = 4;
    private static final int LEAST_CHARACTERS = 12;
    private static final int MOST_CHARACTERS = 2000;
    private static final double LEAST_DISTINCT = 0.4;
    private static final int MOST_REPEATS = 3;
    private static final double LEAST_READABLE = 0.7;

    private final Set<String> seen = new HashSet<>();

    /** True once for each normalised text that isn't junk. */
    boolean accept(String text) {
        return !junk(text) && seen.add(normalise(text));
    }

    /** Lower case, letters and digits only, one space between words. */
    static String normalise(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }

    /** Too short, too long, mostly not letters or digits, or going round in circles. */
    static boolean junk(String text) {
        String plain = normalise(text);
        List<String> words = List.of(plain.split(" "));
        if (plain.length() < LEAST_CHARACTERS
                || text.length() > MOST_CHARACTERS
                || words.size() < LEAST_WORDS
                || text.indexOf('\uFFFD') >= 0
                || text.indexOf('\0') >= 0) {
            return true;
        }
        long readable = text.codePoints()
                .filter(c -> Character.isLetterOrDigit(c) || Character.isWhitespace(c))
                .count();
        if (readable < LEAST_READABLE * text.codePointCount(0, text.length())) {
            return true;
        }
        return repetitive(words);
    }

    private static boolean repetitive(List<String> words) {
        if (words.size() >= 12 && new HashSet<>(words).size() < LEAST_DISTINCT * words.size()) {
            return true;
        }
        Map<List<String>, Integer> count = new HashMap<>();
        for (int i = 0; i + LEAST_WORDS <= words.size(); i++) {
            if (count.merge(words.subList(i, i + LEAST_WORDS), 1, Integer::sum) > MOST_REPEATS) {
                return true;
            }
        }
        return false;
    }
}
