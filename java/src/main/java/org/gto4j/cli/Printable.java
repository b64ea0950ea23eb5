package org.gto4j.cli;

import java.util.Locale;

/** Text of files and models for a terminal: characters that would steer it (C0 and C1 controls) are shown as "\x1b", not sent. */
final class Printable {
    private Printable() {
    }

    /** Keeps line breaks and tabs. */
    static String text(String text) {
        return escaped(text, true);
    }

    /** One line, whatever the text holds. */
    static String line(String text) {
        return escaped(text, false);
    }

    private static String escaped(String text, boolean lines) {
        if (text.codePoints().noneMatch(c -> steers(c, lines))) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (steers(c, lines)) {
                plain.append(String.format(Locale.ROOT, "\\x%02x", c));
            } else {
                plain.appendCodePoint(c);
            }
        });
        return plain.toString();
    }

    private static boolean steers(int c, boolean lines) {
        return Character.isISOControl(c) && c != '\t' && !(lines && c == '\n');
    }
}
