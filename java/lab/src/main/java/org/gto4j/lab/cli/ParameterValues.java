package org.gto4j.lab.cli;

import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.cli.CommandLine;
import org.jspecify.annotations.Nullable;

/**
 * The values that parameters were given; a wrong one is a {@link UsageException} that names the option, what is
 * expected and what was found.
 */
final class ParameterValues {
    /** Who sets a value that nobody gave. */
    private static final String DEFAULT = "default";

    private static final String COMMAND_LINE = "command line";

    private final CommandLine line;
    private final Parameters parameters;
    private final List<Argument> arguments;
    private final @Nullable StandardInput input;
    private final String source;

    private ParameterValues(
            CommandLine line,
            Parameters parameters,
            List<Argument> arguments,
            @Nullable StandardInput input,
            String source) {
        this.line = line;
        this.parameters = parameters;
        this.arguments = arguments;
        this.input = input;
        this.source = source;
    }

    /** Values that were typed. */
    static ParameterValues typed(
            CommandLine line, Parameters parameters, List<Argument> arguments, StandardInput input) {
        ParameterValues values = new ParameterValues(line, parameters, arguments, input, COMMAND_LINE);
        values.check();
        return values;
    }

    /** Values of a file: there are no arguments, and "-" is a name. */
    static ParameterValues ofFile(CommandLine line, Parameters parameters, String file) {
        return new ParameterValues(line, parameters, List.of(), null, "file " + file);
    }

    private void check() {
        for (List<String> names : parameters.alternatives()) {
            List<String> given = names.stream()
                    .filter(line::hasOption)
                    .map(name -> "--" + name)
                    .toList();
            if (given.size() > 1) {
                throw new UsageException("expected one of "
                        + names.stream().map(name -> "--" + name).collect(Collectors.joining(", ")) + ", found "
                        + String.join(" and ", given));
            }
        }
        parameters.stream()
                .filter(parameter -> parameter.presence().isNeeded() && !has(parameter))
                .findFirst()
                .ifPresent(parameter -> {
                    throw missing(parameter);
                });
    }

    private static UsageException missing(Parameter<?> parameter) {
        return new UsageException("missing option --" + parameter.name());
    }

    boolean has(Parameter<?> parameter) {
        return line.hasOption(parameter.name());
    }

    /** What is given, or the default; {@link UsageException} if there is neither. */
    <T> T get(Parameter<T> parameter) {
        return get(parameter, 1);
    }

    /** What is given, or the default in a phase of training. */
    <T> T get(Parameter<T> parameter, int phase) {
        return find(parameter).orElseGet(() -> {
            T otherwise = parameter.otherwise().in(phase);
            if (otherwise == null) {
                throw missing(parameter);
            }
            return otherwise;
        });
    }

    /** What is given. */
    <T> Optional<T> find(Parameter<T> parameter) {
        if (!has(parameter)) {
            return Optional.empty();
        }
        return Optional.of(parameter.isFlag() ? read(parameter, "") : read(parameter, typed(parameter)));
    }

    /** All that is given to a parameter that may be repeated. */
    <T> List<T> all(Parameter<T> parameter) {
        List<String> typed = given(parameter);
        if (typed.stream()
                        .filter(text -> parameter.use() != null && isStandardInput(text, parameter.use()))
                        .count()
                > 1) {
            throw wrong(parameter, "standard input once", String.join(" ", typed));
        }
        return typed.stream().map(text -> read(parameter, text)).toList();
    }

    private List<String> given(Parameter<?> parameter) {
        String[] values = line.getOptionValues(parameter.name());
        return values == null ? List.of() : List.of(values);
    }

    /** As it was typed, for messages; empty if it wasn't. */
    String typed(Parameter<?> parameter) {
        List<String> values = given(parameter);
        if (values.size() > 1) {
            throw wrong(parameter, "one value", values.size() + ": " + String.join(" ", values));
        }
        return values.isEmpty() ? "" : values.get(0);
    }

    /** Who set each of some parameters: "default", "command line", "file NAME". */
    Map<String, String> setBy(Parameters some) {
        Map<String, String> setBy = new LinkedHashMap<>();
        some.forEach(parameter -> setBy.put(parameter.name(), has(parameter) ? source : DEFAULT));
        return setBy;
    }

    /**
     * Those of some parameters that have another value than their default in a phase of training, with it. Needed ones
     * have no default.
     */
    Map<String, String> changed(Parameters some, int phase) {
        Map<String, String> changed = new LinkedHashMap<>();
        for (Parameter<?> parameter : some) {
            if (has(parameter) && !parameter.presence().isNeeded()) {
                String value = printed(parameter);
                if (!value.equals(printedDefault(parameter, phase))) {
                    changed.put(parameter.name(), value);
                }
            }
        }
        return changed;
    }

    /** Files as they are called. */
    private <T> String printed(Parameter<T> parameter) {
        return parameter.use() != null || parameter.presence().isRepeated()
                ? String.join(" ", given(parameter))
                : parameter.type().print(find(parameter).orElseThrow());
    }

    private static <T> String printedDefault(Parameter<T> parameter, int phase) {
        T otherwise = parameter.otherwise().in(phase);
        return otherwise == null ? "" : parameter.type().print(otherwise);
    }

    private <T> T read(Parameter<T> parameter, String text) {
        return parameter.type().read(text, place(parameter.label()));
    }

    private ValueType.Place place(String label) {
        return new ValueType.Place() {
            @Override
            public UsageException wrong(String expected, String found) {
                return ParameterValues.wrong(label, expected, found);
            }

            @Override
            public Path path(FileUse use, String name) {
                return toPath(label, use, name);
            }

            @Override
            public String textOrInput(String text) {
                return input != null && text.equals(StandardInput.NAME) ? input.text() : text;
            }
        };
    }

    /** What follows the options; 0-based. */
    String argument(int index) {
        return line.getArgList().get(index);
    }

    /** The same as a path. */
    Path pathArgument(int index) {
        return toPath(argumentLabel(index), argumentUse(index), argument(index));
    }

    /** All that follows the options, as paths. */
    List<Path> argumentPaths() {
        return IntStream.range(0, line.getArgList().size())
                .mapToObj(this::pathArgument)
                .toList();
    }

    private Argument declared(int index) {
        return arguments.get(Math.min(index, arguments.size() - 1));
    }

    private FileUse argumentUse(int index) {
        return Objects.requireNonNullElse(declared(index).use(), FileUse.FILE_IN);
    }

    private String argumentLabel(int index) {
        return "argument " + declared(index).name().replaceAll("[\\[\\]]", "");
    }

    /** All files that are named, whether an option, its default or an argument names them; "-" is none. */
    RunFiles files() {
        return addTo(new RunFiles(), Path.of(""));
    }

    /** @param folder that relative paths start from */
    RunFiles addTo(RunFiles files, Path folder) {
        for (Parameter<?> parameter : parameters) {
            FileUse use = parameter.use();
            if (use != null) {
                Object otherwise = parameter.otherwise().value();
                List<String> all = has(parameter)
                        ? given(parameter)
                        : otherwise == null ? List.of() : List.of(otherwise.toString());
                all.stream()
                        .filter(value -> !isStandardInput(value, use))
                        .forEach(value -> files.add(
                                parameter.label(), folder.resolve(toPath(parameter.label(), use, value)), use));
            }
        }
        for (int i = 0; i < line.getArgList().size(); i++) {
            FileUse use = argumentUse(i);
            if (declared(i).use() != null && !isStandardInput(argument(i), use)) {
                files.add(argumentLabel(i), folder.resolve(pathArgument(i)), use);
            }
        }
        return files;
    }

    private boolean isStandardInput(String value, FileUse use) {
        return input != null && use.takesStandardInput() && value.equals(StandardInput.NAME);
    }

    private Path toPath(String label, FileUse use, String value) {
        if (input != null && isStandardInput(value, use)) {
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

    static UsageException wrong(Parameter<?> parameter, String expected, String found) {
        return wrong(parameter.label(), expected, found);
    }

    private static UsageException wrong(String label, String expected, String found) {
        return new UsageException(label + ": expected " + expected + ", found '" + found + "'");
    }
}
