package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the options and arguments of one command. What follows an option that takes a value is its value, as it is:
 * {@code -p -h} asks for "-h".
 */
final class CommandParser {
    private static final String END = "--";

    private final Parameters parameters;
    private final List<Argument> arguments;
    private final List<String> joined;

    CommandParser(Command command, String[] args) {
        this.parameters = command.parameters();
        this.arguments = command.arguments();
        this.joined = joined(args);
    }

    /** Whether a flag is given, rather than a value that looks like it. */
    boolean asks(Parameter<Boolean> flag) {
        int end = joined.indexOf(END);
        return joined.subList(0, end < 0 ? joined.size() : end).stream()
                .anyMatch(arg -> arg.equals("--" + flag.name()) || arg.equals("-" + flag.shortName()));
    }

    /** @throws UsageException names what is missing, unknown or too much */
    ParameterValues parse(StandardInput input) {
        try {
            CommandLine line = parser().parse(parameters.toOptions(), joined.toArray(String[]::new));
            List<String> rest = line.getArgList();
            boolean repeats =
                    !arguments.isEmpty() && arguments.get(arguments.size() - 1).repeats();
            if (rest.size() > arguments.size() && !repeats) {
                throw new UsageException("unexpected argument '" + rest.get(arguments.size()) + "'");
            }
            if (rest.size() < arguments.size() && !arguments.get(rest.size()).isOptional()) {
                throw new UsageException(
                        "missing argument " + arguments.get(rest.size()).name());
            }
            return ParameterValues.typed(line, parameters, arguments, input);
        } catch (ParseException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Takes names and values as they are written. */
    static DefaultParser parser() {
        return DefaultParser.builder()
                .setAllowPartialMatching(false)
                .setStripLeadingAndTrailingQuotes(false)
                .get();
    }

    private List<String> joined(String[] args) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals(END)) {
                all.addAll(Arrays.asList(args).subList(i, args.length));
                break;
            }
            Parameter<?> parameter = named(args[i]);
            if (parameter != null && takesNext(parameter, args, i)) {
                all.add("--" + parameter.name() + "=" + args[++i]);
            } else {
                all.add(args[i]);
            }
        }
        return all;
    }

    /**
     * Whether what follows is the parameter's value. Another option behind a file's isn't its name: that was forgotten.
     */
    private boolean takesNext(Parameter<?> parameter, String[] args, int at) {
        return !parameter.isFlag() && at + 1 < args.length && !(parameter.use() != null && named(args[at + 1]) != null);
    }

    /**
     * The parameter that an argument is the name of, and nothing more. A file name that looks like one is rather a
     * value that was forgotten.
     */
    private @Nullable Parameter<?> named(String arg) {
        if (arg.startsWith("--")) {
            return parameters.find(arg.substring(2)).orElse(null);
        }
        return arg.length() == 2 && arg.charAt(0) == '-'
                ? parameters.stream()
                        .filter(parameter -> arg.substring(1).equals(parameter.shortName()))
                        .findFirst()
                        .orElse(null)
                : null;
    }
}
