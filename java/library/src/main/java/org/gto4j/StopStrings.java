package org.gto4j;

import java.util.List;

/** Where a growing text ends because of a stop string, and how much of its end may still become one. Immutable. */
final class StopStrings {
    private final List<String> strings;
    private final int longest;

    StopStrings(List<String> strings) {
        this.strings = strings;
        longest = strings.stream().mapToInt(String::length).max().orElse(0);
    }

    /**
     * Start of the first stop string in the text, of which the part before {@code known} held none; -1 if there is
     * none.
     */
    int find(StringBuilder text, int known) {
        int first = -1;
        for (String stop : strings) {
            int at = text.indexOf(stop, Math.max(0, known - longest + 1));
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        return first;
    }

    /** Length of the text up to what may be the beginning of a stop string. */
    int safeLength(StringBuilder text) {
        for (int start = Math.max(0, text.length() - longest + 1); start < text.length(); start++) {
            for (String stop : strings) {
                if (beginsWithRest(stop, text, start)) {
                    return start;
                }
            }
        }
        return text.length();
    }

    private static boolean beginsWithRest(String stop, StringBuilder text, int start) {
        int length = text.length() - start;
        if (length >= stop.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (stop.charAt(i) != text.charAt(start + i)) {
                return false;
            }
        }
        return true;
    }
}
