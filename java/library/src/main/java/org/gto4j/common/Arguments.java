package org.gto4j.common;

import java.nio.charset.StandardCharsets;
import org.gto4j.error.GtoException;

/**
 * Checks of arguments, all failing with kind ARGUMENT and a message that names the argument, the expected and the
 * found.
 */
public final class Arguments {
    private Arguments() {}

    public static void atLeast(String name, long value, long least) {
        check(value >= least, "%s must be at least %d, found %d", name, least, value);
    }

    public static void inRange(String name, long value, long least, long most) {
        check(value >= least && value <= most, "%s must be in %d..%d, found %d", name, least, most, value);
    }

    public static void length(String name, long length, long expected) {
        check(length == expected, "%s must have %d entries, found %d", name, expected, length);
    }

    public static void check(boolean condition, String format, Object... arguments) {
        if (!condition) {
            throw new GtoException(GtoException.Kind.ARGUMENT, String.format(java.util.Locale.ROOT, format, arguments));
        }
    }

    /** The text in UTF-8; one with half a surrogate pair, which UTF-8 can't hold, is refused. */
    public static byte[] utf8(String name, String text) {
        whole(name, text);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Refuses a text with half a surrogate pair. */
    public static void whole(String name, String text) {
        int lone = Utf8.loneSurrogate(text);
        if (lone >= 0) {
            check(
                    false,
                    "%s: expected a text of whole characters, found half a surrogate pair, %s",
                    name,
                    Utf8.describe(text, lone));
        }
    }
}
