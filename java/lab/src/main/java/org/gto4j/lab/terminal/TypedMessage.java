package org.gto4j.lab.terminal;

/**
 * What is typed as one message: it may have several lines, each of which but the last ends with a backslash, or stand
 * between triple quotes.
 */
final class TypedMessage {
    private static final String QUOTES = "\"\"\"";

    private TypedMessage() {}

    /** Whether more lines belong to what was typed so far. */
    static boolean isOpen(String typed) {
        return isQuoted(typed) ? typed.strip().indexOf(QUOTES, QUOTES.length()) < 0 : typed.endsWith("\\");
    }

    /** The message of what was typed. */
    static String of(String typed) {
        if (!isQuoted(typed)) {
            return typed.replace("\\\n", "\n").strip();
        }
        String text = typed.strip().substring(QUOTES.length());
        int end = text.indexOf(QUOTES);
        return (end < 0 ? text : text.substring(0, end) + text.substring(end + QUOTES.length())).strip();
    }

    private static boolean isQuoted(String typed) {
        return typed.stripLeading().startsWith(QUOTES);
    }
}
