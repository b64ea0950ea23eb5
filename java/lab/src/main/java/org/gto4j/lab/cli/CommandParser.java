package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the options and arguments of one command. What follows an option that takes a value is its value, as it is:
 * {@code -p -h} asks for "-h".
 */
final class CommandParser {
    private static final String END = "--";

    private final Options options;
    private final List<Argument> arguments;
    private final List<String> joined;

    CommandParser(Command command, String[] args) {
        this.options = command.options();
        this.arguments = command.arguments();
        this.joined = joined(args, options);
    }

    /** Whether an option is given, rather than a value that looks like it. */
    boolean asks(String option) {
        int end = joined.indexOf(END);
        Option wanted = options.getOption(option);
        return joined.subList(0, end < 0 ? joined.size() : end).stream()
                .anyMatch(arg -> arg.equals("--" + wanted.getLongOpt()) || arg.equals("-" + wanted.getOpt()));
    }

    /** @throws UsageException names what is missing, unknown or too much */
    Values parse(StandardInput input) {
        try {
            CommandLine line = parser().parse(options, joined.toArray(String[]::new));
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
            return new Values(line, options, arguments, input);
        } catch (ParseException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /** Takes names and values as they are written. */
    static DefaultParser parser() {
        return DefaultParser.builder()
                .setAllowPartialMatching(false)
                .setStripLeadingAndTrailingQuotes(false)
                .get();
    }

    private static List<String> joined(String[] args, Options options) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals(END)) {
                all.addAll(Arrays.asList(args).subList(i, args.length));
                break;
            }
            Option option = named(args[i], options);
            boolean valued = option != null
                    && option.hasArg()
                    && i + 1 < args.length
                    && !(option instanceof FileOption && named(args[i + 1], options) != null);
            all.add(valued ? "--" + option.getLongOpt() + "=" + args[++i] : args[i]);
        }
        return all;
    }

    /**
     * The option that an argument is the name of, and nothing more. A file name that looks like one is rather a value
     * that was forgotten.
     */
    private static @Nullable Option named(String arg, Options options) {
        if (arg.startsWith("--")) {
            return options.hasLongOption(arg.substring(2)) ? options.getOption(arg) : null;
        }
        return arg.length() == 2 && arg.charAt(0) == '-' && options.hasShortOption(arg.substring(1))
                ? options.getOption(arg)
                : null;
    }
}
