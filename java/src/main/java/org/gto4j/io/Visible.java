package org.gto4j.io;

/** Text of files in messages: what a terminal would obey, or couldn't show, is written as an escape. */
public final class Visible {
    private Visible() {
    }

    /** The text with control characters, marks of direction and lone surrogates as \\uXXXX. */
    public static String of(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL || type == Character.SURROGATE || type == Character.FORMAT && c < 0x10000 && c != 0x200D) {
                visible.append(String.format("\\u%04x", c));
            } else {
                visible.appendCodePoint(c);
            }
        });
        return visible.toString();
    }
}
