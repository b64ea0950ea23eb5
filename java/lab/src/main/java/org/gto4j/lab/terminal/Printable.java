package org.gto4j.lab.terminal;

import org.gto4j.common.Visible;

/**
 * Text of files and models for a terminal: characters that would steer it (C0 and C1 controls) are shown as "\\u001b",
 * not sent.
 */
public final class Printable {
    private Printable() {}

    /** Keeps line breaks and tabs. */
    public static String text(String text) {
        return Visible.escaping(text, c -> steers(c, true));
    }

    /** One line, whatever the text holds. */
    public static String line(String text) {
        return Visible.escaping(text, c -> steers(c, false));
    }

    private static boolean steers(int c, boolean lines) {
        return Character.isISOControl(c) && c != '\t' && !(lines && c == '\n');
    }
}
