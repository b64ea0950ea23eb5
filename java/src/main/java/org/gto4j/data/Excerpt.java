package org.gto4j.data;

/** A short quotation of user data for an error message. */
final class Excerpt {
    private static final int LENGTH = 60;

    private Excerpt() {
    }

    static String of(String text) {
        String line = line(text);
        if (line.isEmpty()) {
            return "nothing";
        }
        return "'" + (line.length() <= LENGTH ? line : line.substring(0, LENGTH) + "...") + "'";
    }

    /** The end of a text. */
    static String tail(String text) {
        String line = line(text);
        return "'" + (line.length() <= LENGTH ? line : "..." + line.substring(line.length() - LENGTH)) + "'";
    }

    private static String line(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
