package org.gto4j.lab.figure;

/** Text that goes into HTML and SVG. */
public final class Html {
    private Html() {}

    /** Escapes markup; control characters, which XML has no place for, become blanks. */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(c < ' ' && c != '\n' ? ' ' : c);
            }
        });
        return escaped.toString();
    }
}
