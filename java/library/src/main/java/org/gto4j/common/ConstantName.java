package org.gto4j.common;

import java.util.Locale;

/** Names of enums' constants as people read and type them. */
public final class ConstantName {
    private ConstantName() {}

    /** With hyphens, as an option's value or a field of a file: "cost-aware". */
    public static String hyphened(Enum<?> constant) {
        return withBetweenWords("-", constant);
    }

    /** With spaces, as in a sentence: "cpu minutes". */
    public static String spaced(Enum<?> constant) {
        return withBetweenWords(" ", constant);
    }

    private static String withBetweenWords(String separator, Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace("_", separator);
    }
}
