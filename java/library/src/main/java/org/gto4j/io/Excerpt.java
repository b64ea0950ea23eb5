package org.gto4j.io;

import org.gto4j.common.Visible;

/** A short quotation of user data for an error message. */
public final class Excerpt {
    private static final int LENGTH = 60;
    /** Of a longer text no more is looked at. */
    private static final int READ = 1000;

    private Excerpt() {}

    public static String of(String text) {
        String line = line(text.length() > READ ? text.substring(0, READ) : text);
        if (line.isEmpty()) {
            return "nothing";
        }
        return "'"
                + (line.length() <= LENGTH && text.length() <= READ
                        ? Visible.of(line)
                        : Visible.of(cut(line, Math.min(LENGTH, line.length()))) + "...")
                + "'";
    }

    /** Text as a terminal may show it. */
    public static String visible(String text) {
        return Visible.of(text);
    }

    /** The end of a text. */
    public static String tail(String text) {
        String line = line(text.length() > READ ? text.substring(text.length() - READ) : text);
        return "'"
                + (line.length() <= LENGTH
                        ? Visible.of(line)
                        : "..." + Visible.of(line.substring(line.length() - LENGTH)))
                + "'";
    }

    /** Not within a surrogate pair. */
    private static String cut(String line, int length) {
        return line.substring(
                0, length < line.length() && Character.isLowSurrogate(line.charAt(length)) ? length - 1 : length);
    }

    private static String line(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
