package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.gto4j.common.ConstantName;

/**
 * What a parameter's values are: how one is read from text, and in which range it must be.
 *
 * @param <T> of the values
 */
interface ValueType<T> {
    /** Where a value is read: what a message about it begins with, and what "-" stands for. */
    interface Place {
        /** To be thrown where another value was expected. */
        UsageException wrong(String expected, String found);

        /** The file or folder of a name; "-" may be standard input. */
        Path path(FileUse use, String name);

        /** All of standard input if that is what the text stands for, else the text. */
        String textOrInput(String text);
    }

    /** Reads a value; another one than expected is {@link Place#wrong}. */
    T read(String text, Place place);

    /** Which values there may be, for help, e.g. "1 to 256"; empty: what the help says. */
    String range();

    /** A value as it is typed. */
    String print(T value);

    /** Whether a flag is set by its name alone. */
    default boolean isFlag() {
        return false;
    }

    /** Any text. */
    static ValueType<String> text() {
        return of("", (text, place) -> text);
    }

    /** A text; "-" stands for all of standard input. */
    static ValueType<String> textOrInput() {
        return of("", (text, place) -> place.textOrInput(text));
    }

    /** A file or folder. */
    static ValueType<Path> path(FileUse use) {
        return of("", (text, place) -> place.path(use, text));
    }

    /** Whether an option is there. */
    static ValueType<Boolean> flag() {
        return new ValueType<>() {
            @Override
            public Boolean read(String text, Place place) {
                return true;
            }

            @Override
            public String range() {
                return "";
            }

            @Override
            public String print(Boolean value) {
                return value.toString();
            }

            @Override
            public boolean isFlag() {
                return true;
            }
        };
    }

    /** A type whose values are typed as their texts are. */
    static <T> ValueType<T> of(String range, ValueReader<T> reader) {
        return of(range, reader, String::valueOf);
    }

    /** A type by what reads and what prints its values. */
    static <T> ValueType<T> of(String range, ValueReader<T> reader, Function<T, String> printer) {
        return new ValueType<>() {
            @Override
            public T read(String text, Place place) {
                return reader.read(text, place);
            }

            @Override
            public String range() {
                return range;
            }

            @Override
            public String print(T value) {
                return printer.apply(value);
            }
        };
    }

    /** Reads a value of a text. */
    @FunctionalInterface
    interface ValueReader<T> {
        T read(String text, Place place);
    }

    /** One of the constants of an enum, as in "cost-aware". */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        return choice(List.of(type.getEnumConstants()));
    }

    /** One of the constants of an enum by their own names, as in "F16". */
    static <E extends Enum<E>> ValueType<E> constant(Class<E> type) {
        return choice(List.of(type.getEnumConstants()), Enum::name);
    }

    /** One of the constants of an enum by labels of their own. */
    static <E extends Enum<E>> ValueType<E> labelled(Class<E> type, Function<E, String> label) {
        return choice(List.of(type.getEnumConstants()), label);
    }

    /** One of some constants of an enum. */
    static <E extends Enum<E>> ValueType<E> choice(List<E> constants) {
        return choice(constants, ConstantName::hyphened);
    }

    private static <E> ValueType<E> choice(List<E> constants, Function<E, String> label) {
        List<String> labels = constants.stream().map(label).toList();
        return new ValueType<>() {
            @Override
            public E read(String text, Place place) {
                int index = labels.indexOf(text);
                if (index < 0) {
                    throw place.wrong("one of " + labels, text);
                }
                return constants.get(index);
            }

            @Override
            public String range() {
                return String.join(", ", labels);
            }

            @Override
            public String print(E value) {
                return label.apply(value);
            }
        };
    }

    /** Different values separated by commas, at least one. */
    static <T> ValueType<List<T>> list(ValueType<T> type) {
        return new ValueType<>() {
            @Override
            public List<T> read(String text, Place place) {
                List<T> values = Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .distinct()
                        .map(part -> type.read(part, place))
                        .distinct()
                        .toList();
                if (values.isEmpty()) {
                    throw place.wrong("at least one value", text);
                }
                return values;
            }

            @Override
            public String range() {
                return type.range();
            }

            @Override
            public String print(List<T> values) {
                return values.stream().map(type::print).collect(Collectors.joining(","));
            }
        };
    }
}
