package org.gto4j.common;

import java.util.Locale;
import java.util.function.IntPredicate;

/** Text of files in messages: what a terminal would obey, or couldn't show, is written as an escape. */
public final class Visible {
    private Visible() {}

    /** The text with control characters, marks of direction and lone surrogates as \\uXXXX. */
    public static String of(String text) {
        return escaping(text, Visible::isHidden);
    }

    /** The text with the characters (code points) that {@code hidden} names as \\uXXXX. */
    public static String escaping(String text, IntPredicate hidden) {
        if (text.codePoints().noneMatch(hidden)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (hidden.test(c)) {
                visible.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                visible.appendCodePoint(c);
            }
        });
        return visible.toString();
    }

    private static boolean isHidden(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.SURROGATE
                || type == Character.FORMAT && c < 0x10000 && c != 0x200D;
    }
}
