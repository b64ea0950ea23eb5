package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One option of commands, declared once: the command line, fields of JSON files, messages, help and docs/CLI.md follow
 * from it.
 *
 * @param name as in --name
 * @param shortName as in -n, or null
 * @param argument what help calls its value; empty for a flag
 * @param type of its values, with their range
 * @param group of help that it stands in
 * @param help what it does, without range and default
 * @param otherwise what counts if it isn't given
 * @param presence how often it is given
 * @param use what is done with the file or folder that it names; null if it names none
 * @param <T> of its values
 */
record Parameter<T>(
        String name,
        @Nullable String shortName,
        String argument,
        ValueType<T> type,
        ParameterGroup group,
        String help,
        DefaultValue<T> otherwise,
        Presence presence,
        @Nullable FileUse use) {
    /** How often a parameter may be given. */
    enum Presence {
        /** Once or not at all. */
        OPTIONAL,
        /** Once. */
        NEEDED,
        /** As often as one likes. */
        REPEATED,
        /** At least once. */
        NEEDED_REPEATED;

        boolean isNeeded() {
            return this == NEEDED || this == NEEDED_REPEATED;
        }

        boolean isRepeated() {
            return this == REPEATED || this == NEEDED_REPEATED;
        }
    }

    /** A parameter that may be given once and has no default. */
    static <T> Parameter<T> of(ParameterGroup group, String name, String argument, ValueType<T> type, String help) {
        return new Parameter<>(name, null, argument, type, group, help, DefaultValue.none(), Presence.OPTIONAL, null);
    }

    /** A parameter without a value: it is there or not. */
    static Parameter<Boolean> flag(ParameterGroup group, String name, String help) {
        return new Parameter<>(
                name, null, "", ValueType.flag(), group, help, DefaultValue.of(false, ""), Presence.OPTIONAL, null);
    }

    /** A parameter that names a file or folder. */
    static Parameter<Path> file(ParameterGroup group, String name, String argument, FileUse use, String help) {
        return new Parameter<>(
                name, null, argument, ValueType.path(use), group, help, DefaultValue.none(), Presence.OPTIONAL, use);
    }

    Parameter<T> shortName(String letter) {
        return new Parameter<>(name, letter, argument, type, group, help, otherwise, presence, use);
    }

    Parameter<T> help(String text) {
        return new Parameter<>(name, shortName, argument, type, group, text, otherwise, presence, use);
    }

    Parameter<T> in(ParameterGroup other) {
        return new Parameter<>(name, shortName, argument, type, other, help, otherwise, presence, use);
    }

    Parameter<T> type(ValueType<T> other) {
        return new Parameter<>(name, shortName, argument, other, group, help, otherwise, presence, use);
    }

    Parameter<T> needed() {
        return presence(presence.isRepeated() ? Presence.NEEDED_REPEATED : Presence.NEEDED);
    }

    Parameter<T> repeated() {
        return presence(presence.isNeeded() ? Presence.NEEDED_REPEATED : Presence.REPEATED);
    }

    Parameter<T> optional() {
        return presence(presence.isRepeated() ? Presence.REPEATED : Presence.OPTIONAL);
    }

    private Parameter<T> presence(Presence other) {
        return new Parameter<>(name, shortName, argument, type, group, help, otherwise, other, use);
    }

    private Parameter<T> otherwise(DefaultValue<T> value) {
        return new Parameter<>(name, shortName, argument, type, group, help, value, presence, use);
    }

    /** With a default. */
    Parameter<T> orElse(T value) {
        return otherwise(DefaultValue.of(value, type.print(value)));
    }

    /** With a default that help says in words. */
    Parameter<T> orElse(T value, String text) {
        return otherwise(DefaultValue.of(value, text));
    }

    /** With words for what happens if it isn't given. */
    Parameter<T> orElseSay(String text) {
        return otherwise(new DefaultValue<>(null, null, text));
    }

    /** With defaults of its own in either phase of training. */
    Parameter<T> byPhase(T phaseOne, T phaseTwo) {
        String one = type.print(phaseOne);
        String two = type.print(phaseTwo);
        return otherwise(new DefaultValue<>(phaseOne, phaseTwo, one.equals(two) ? one : one + ", in phase 2 " + two));
    }

    boolean isFlag() {
        return type.isFlag();
    }

    /** What help says of its values: how often, which, and what if there is none; empty if there is nothing to say. */
    String note() {
        List<String> parts = new ArrayList<>();
        if (presence.isNeeded()) {
            parts.add("needed");
        }
        if (presence.isRepeated()) {
            parts.add("may be repeated");
        }
        if (!type.range().isEmpty()) {
            parts.add(type.range());
        }
        if (!otherwise.text().isEmpty()) {
            parts.add("default: " + otherwise.text());
        }
        return String.join("; ", parts);
    }

    /** As in messages: "option --rows". */
    String label() {
        return "option --" + name;
    }
}
