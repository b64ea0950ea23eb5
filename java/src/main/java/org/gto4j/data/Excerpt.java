package org.gto4j.data;

/** A short quotation of user data for an error message. */
final class Excerpt {
    private static final int LENGTH = 60;

    private Excerpt() {
    }

    static String of(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.isEmpty()) {
            return "nothing";
        }
        return "'" + (line.length() <= LENGTH ? line : line.substring(0, LENGTH) + "...") + "'";
    }
}
