package org.gto4j.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.apache.commons.cli.CommandLine;

/** The values of a command line's options; a wrong one is a {@link UsageException} that names the option, what is expected and what was found. */
final class Values {
    private final CommandLine line;

    Values(CommandLine line) {
        this.line = line;
    }

    boolean has(String option) {
        return line.hasOption(option);
    }

    /** What follows the options; 0-based, as many as the command asks for. */
    String argument(int index) {
        return line.getArgList().get(index);
    }

    /** The same as a path. */
    Path pathArgument(int index) {
        try {
            return Path.of(argument(index));
        } catch (InvalidPathException e) {
            throw new UsageException("expected a file name, found '" + argument(index) + "'");
        }
    }

    /** Of an option that is given once. */
    Optional<String> text(String option) {
        String[] values = line.getOptionValues(option);
        if (values != null && values.length > 1) {
            throw wrong(option, "one value", values.length + ": " + String.join(" ", values));
        }
        return Optional.ofNullable(values == null ? null : values[0]);
    }

    String text(String option, String otherwise) {
        return text(option).orElse(otherwise);
    }

    /** All that follows the options, as paths. */
    List<Path> argumentPaths() {
        return line.getArgList().stream().map(argument -> toPath("argument", argument)).toList();
    }

    Optional<Path> path(String option) {
        return text(option).map(value -> toPath(option, value));
    }

    /** A path that the command can't do without (Commons CLI has checked that it is there). */
    Path neededPath(String option) {
        return path(option).orElseThrow(() -> new UsageException("missing option --" + option));
    }

    List<Path> paths(String option) {
        String[] values = line.getOptionValues(option);
        return values == null ? List.of() : Arrays.stream(values).map(value -> toPath(option, value)).toList();
    }

    private static Path toPath(String option, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw wrong(option, "a file name", value);
        }
    }

    int integer(String option, int otherwise, int least) {
        return text(option).map(value -> toInteger(option, value, least)).orElse(otherwise);
    }

    static int toInteger(String option, String value, int least) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the message.
        }
        throw wrong(option, "a whole number" + (least == Integer.MIN_VALUE ? "" : " of at least " + least), value);
    }

    double number(String option, double otherwise, double least) {
        return text(option).map(value -> toNumber(option, value, least)).orElse(otherwise);
    }

    /** Numbers separated by commas. */
    List<Double> numbers(String option, String otherwise, double least) {
        return parts(option, otherwise).stream().map(value -> toNumber(option, value, least)).toList();
    }

    private static double toNumber(String option, String value, double least) {
        try {
            double number = Double.parseDouble(value);
            if (number >= least && Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the message.
        }
        throw wrong(option, least == Double.NEGATIVE_INFINITY ? "a number" : String.format(Locale.ROOT, "a number of at least %s", least), value);
    }

    /** Values separated by commas. */
    List<String> parts(String option, String otherwise) {
        return Arrays.stream(text(option, otherwise).split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
    }

    /** One of the constants of an enum, as in "cost-aware". */
    <E extends Enum<E>> E choice(String option, E otherwise) {
        return text(option).map(value -> Arrays.stream(otherwise.getDeclaringClass().getEnumConstants())
            .filter(constant -> label(constant).equals(value)).findFirst()
            .orElseThrow(() -> wrong(option, "one of " + Arrays.stream(otherwise.getDeclaringClass().getEnumConstants()).map(Values::label).toList(), value)))
            .orElse(otherwise);
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static UsageException wrong(String option, String expected, String found) {
        return new UsageException("option --" + option + ": expected " + expected + ", found '" + found + "'");
    }
}
