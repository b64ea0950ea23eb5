package org.gto4j;

/** Checks of arguments, all failing with kind ARGUMENT and a message that names the argument, the expected and the found. */
final class Arguments {
    private Arguments() {
    }

    static void atLeast(String name, long value, long least) {
        check(value >= least, "%s must be at least %d, found %d", name, least, value);
    }

    static void inRange(String name, long value, long least, long most) {
        check(value >= least && value <= most, "%s must be in %d..%d, found %d", name, least, most, value);
    }

    static void length(String name, long length, long expected) {
        check(length == expected, "%s must have %d entries, found %d", name, expected, length);
    }

    static void check(boolean condition, String format, Object... arguments) {
        if (!condition) {
            throw new GtoException(GtoException.Kind.ARGUMENT, String.format(java.util.Locale.ROOT, format, arguments));
        }
    }
}
