package org.gto4j.lab.cli;

import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.jspecify.annotations.Nullable;

/**
 * The values of a command line's options; a wrong one is a {@link UsageException} that names the option, what is
 * expected and what was found.
 */
final class Values {
    private static final long MOST_SEED = 0xFFFF_FFFFL;

    private final CommandLine line;
    private final Options options;
    private final List<Argument> arguments;
    private final @Nullable StandardInput input;

    /** Values that nobody typed: there are no arguments, and "-" is a name. */
    Values(CommandLine line, Options options) {
        this(line, options, List.of(), null);
    }

    Values(CommandLine line, Options options, List<Argument> arguments, @Nullable StandardInput input) {
        this.line = line;
        this.options = options;
        this.arguments = arguments;
        this.input = input;
    }

    boolean has(String option) {
        return line.hasOption(option);
    }

    /** What follows the options; 0-based. */
    String argument(int index) {
        return line.getArgList().get(index);
    }

    /** The same as a path. */
    Path pathArgument(int index) {
        return toPath(argumentLabel(index), argumentUse(index), argument(index));
    }

    private FileUse argumentUse(int index) {
        return Objects.requireNonNullElse(
                arguments.get(Math.min(index, arguments.size() - 1)).use(), FileUse.FILE_IN);
    }

    private String argumentLabel(int index) {
        return "argument "
                + arguments.get(Math.min(index, arguments.size() - 1)).name().replaceAll("[\\[\\]]", "");
    }

    /** All files that are named, whether an option, its default or an argument names them; "-" is none. */
    RunFiles files() {
        return addTo(new RunFiles(), Path.of(""));
    }

    /** @param folder that relative paths start from */
    RunFiles addTo(RunFiles files, Path folder) {
        for (Option option : options.getOptions()) {
            if (option instanceof FileOption file) {
                String[] given = line.getOptionValues(file.getLongOpt());
                String otherwise = file.otherwise();
                String[] all = given != null ? given : otherwise != null ? new String[] {otherwise} : new String[0];
                Arrays.stream(all)
                        .filter(value -> !isStandardInput(value, file.use()))
                        .forEach(value -> files.add(
                                "option --" + file.getLongOpt(),
                                folder.resolve(toPath("option --" + file.getLongOpt(), file.use(), value)),
                                file.use()));
            }
        }
        for (int i = 0; i < line.getArgList().size(); i++) {
            FileUse use = argumentUse(i);
            if (arguments.get(Math.min(i, arguments.size() - 1)).use() != null && !isStandardInput(argument(i), use)) {
                files.add(argumentLabel(i), folder.resolve(pathArgument(i)), use);
            }
        }
        return files;
    }

    private boolean isStandardInput(String value, FileUse use) {
        return input != null && use.takesStandardInput() && value.equals(StandardInput.NAME);
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
        return IntStream.range(0, line.getArgList().size())
                .mapToObj(this::pathArgument)
                .toList();
    }

    /** A text; "-" stands for all of standard input. */
    String textOrInput(String option) {
        String text = text(option, "");
        return input != null && text.equals(StandardInput.NAME) ? input.text() : text;
    }

    Optional<Path> path(String option) {
        return text(option).map(value -> toPath("option --" + option, use(option), value));
    }

    /** A path that the command can't do without (Commons CLI has checked that it is there). */
    Path neededPath(String option) {
        return path(option).orElseThrow(() -> new UsageException("missing option --" + option));
    }

    List<Path> paths(String option) {
        String[] values = line.getOptionValues(option);
        if (values == null) {
            return List.of();
        }
        if (Arrays.stream(values)
                        .filter(value -> isStandardInput(value, use(option)))
                        .count()
                > 1) {
            throw wrong(option, "standard input once", String.join(" ", values));
        }
        return Arrays.stream(values)
                .map(value -> toPath("option --" + option, use(option), value))
                .toList();
    }

    private FileUse use(String option) {
        return ((FileOption) options.getOption(option)).use();
    }

    private Path toPath(String label, FileUse use, String value) {
        if (isStandardInput(value, use)) {
            return input.file();
        }
        if (input != null && value.equals(StandardInput.NAME)) {
            throw new UsageException(label + ": expected the name of a file or folder, found '-' ("
                    + (use.isWritten() ? "/dev/stdout is standard output" : "this can't be read from standard input")
                    + ", ./- a file of this name)");
        }
        if (value.isEmpty()) {
            throw new UsageException(label + ": expected the name of a file or folder, found ''");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            Charset encoding = TypedArguments.encoding();
            throw new UsageException(label + ": expected a file name, found '" + value + "'"
                    + (encoding.newEncoder().canEncode(value)
                            ? ""
                            : ", which can't be a file's name in this locale, whose encoding is " + encoding
                                    + ": set LC_ALL=C.UTF-8"));
        }
    }

    int integer(String option, int otherwise, int least) {
        return text(option).map(value -> toInteger(option, value, least)).orElse(otherwise);
    }

    static int toInteger(String option, String value, int least) {
        return (int) toWhole(option, value, least, Integer.MAX_VALUE, "a whole number of at least " + least);
    }

    static int toInteger(String option, String value, int least, int most) {
        return (int) toWhole(option, value, least, most, "a whole number of " + least + " to " + most);
    }

    /** All 32 bits of a seed, or the same numbers with a sign. */
    int seed(int otherwise) {
        return text("seed")
                .map(value -> (int)
                        toWhole("seed", value, Integer.MIN_VALUE, MOST_SEED, "a whole number of 0 to " + MOST_SEED))
                .orElse(otherwise);
    }

    private static long toWhole(String option, String value, long least, long most, String expected) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the message.
        }
        throw wrong(option, expected, value);
    }

    double number(String option, double otherwise, double least) {
        return text(option).map(value -> toNumber(option, value, least)).orElse(otherwise);
    }

    /** Numbers separated by commas. */
    List<Double> numbers(String option, String otherwise, double least) {
        return someParts(option, otherwise).stream()
                .map(value -> toNumber(option, value, least))
                .toList();
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
        throw wrong(
                option,
                least == Double.NEGATIVE_INFINITY
                        ? "a number"
                        : String.format(Locale.ROOT, "a number of at least %s", least),
                value);
    }

    /** Values separated by commas, at least one. */
    List<String> someParts(String option, String otherwise) {
        List<String> parts = parts(option, otherwise);
        if (parts.isEmpty()) {
            throw wrong(option, "at least one value", text(option, otherwise));
        }
        return parts;
    }

    /** Values separated by commas; there may be none. */
    List<String> parts(String option, String otherwise) {
        return Arrays.stream(text(option, otherwise).split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** One of the constants of an enum, as in "cost-aware". */
    <E extends Enum<E>> E choice(String option, E otherwise) {
        return text(option)
                .map(value -> Arrays.stream(otherwise.getDeclaringClass().getEnumConstants())
                        .filter(constant -> label(constant).equals(value))
                        .findFirst()
                        .orElseThrow(() -> wrong(
                                option,
                                "one of "
                                        + Arrays.stream(otherwise
                                                        .getDeclaringClass()
                                                        .getEnumConstants())
                                                .map(Values::label)
                                                .toList(),
                                value)))
                .orElse(otherwise);
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static UsageException wrong(String option, String expected, String found) {
        return new UsageException("option --" + option + ": expected " + expected + ", found '" + found + "'");
    }
}
