package org.gto4j.lab.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.gto4j.lab.figure.LineBreaks;
import org.gto4j.lab.terminal.Prose;

/** The texts of --help, for a terminal of 80 columns. */
final class HelpText {
    /** Where the text of an option begins. */
    private static final int INDENT = 26;

    private HelpText() {}

    /** The program and its commands; it fits a screen of 40 lines. */
    static void program(Collection<Command> commands, PrintStream out) {
        out.println("Usage: " + Main.PROGRAM + " COMMAND [OPTIONS]");
        out.println();
        out.println("Faster text from a GGUF model, word for word its own: trains an EAGLE-3 draft");
        out.println("for it, and decodes with trees of what the draft proposes.");
        for (CommandGroup group : CommandGroup.values()) {
            out.println();
            out.println(group.title() + ":");
            commands.stream()
                    .filter(command -> command.group() == group)
                    .forEach(command ->
                            out.println(String.format(Locale.ROOT, "  %-12s %s", command.name(), command.summary())));
        }
        out.println();
        out.println("Start with: " + Main.PROGRAM + " quickstart, or " + Main.PROGRAM + " chat -m model.gguf");
        out.println("'" + Main.PROGRAM + " COMMAND --help' shows a command's options and examples, '" + Main.PROGRAM
                + " --version'");
        out.println("the version; '-' as a file of prompts is standard input. Exit codes: 0 done,");
        out.println("1 your mistake or a failed check, 2 wrong usage, 3 a fault of this program, 130");
        out.println("Ctrl-C, 141 nobody reads the results. Files: docs/FILES.md, all: docs/CLI.md.");
    }

    /** One command. */
    static void command(Command command, PrintStream out) {
        Prose.lines("Usage: " + usage(command), 0, 7).forEach(out::println);
        out.println();
        Prose.lines(about(command), 0, 0).forEach(out::println);
        out.println();
        out.println("Examples:");
        command.examples().forEach(example -> example(command, example).forEach(out::println));
        if (!command.exampleFile().isEmpty()) {
            out.println();
            out.println("Such a file:");
            command.exampleFile().lines().forEach(line -> out.println("  " + line));
        }
        for (ParameterGroup group : ParameterGroup.values()) {
            List<Parameter<?>> parameters = command.parameters().in(group);
            if (!parameters.isEmpty()) {
                out.println();
                out.println(group.title() + ":");
                parameters.forEach(parameter -> lines(parameter).forEach(out::println));
            }
        }
    }

    /** What a command does, in sentences. */
    static String about(Command command) {
        String text = command.details().isEmpty() ? command.summary() : command.details();
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + (text.endsWith(".") ? "" : ".");
    }

    /** A command with what it needs, e.g. "gto4j export -m GGUF -d PATH --out FILE [OPTIONS]". */
    static String usage(Command command) {
        List<String> words = new ArrayList<>(List.of(Main.PROGRAM, command.name()));
        command.arguments().forEach(argument -> words.add(argument.name()));
        command.parameters().stream()
                .filter(parameter -> parameter.presence().isNeeded())
                .forEach(parameter -> words.add(
                        (parameter.shortName() == null ? "--" + parameter.name() : "-" + parameter.shortName()) + " "
                                + parameter.argument()));
        words.add("[OPTIONS]");
        return String.join(" ", words);
    }

    /** How a parameter is written, e.g. "-n, --max-tokens N". */
    static String name(Parameter<?> parameter) {
        return (parameter.shortName() == null ? "" : "-" + parameter.shortName() + ", ") + "--" + parameter.name()
                + (parameter.isFlag() ? "" : " " + parameter.argument());
    }

    private static List<String> lines(Parameter<?> parameter) {
        String name = (parameter.shortName() == null ? "      " : "  ") + name(parameter);
        String note = parameter.note().isEmpty() ? "" : " [" + parameter.note() + "]";
        List<String> text = Prose.lines(parameter.help() + note, INDENT, INDENT);
        if (name.length() > INDENT - 2) {
            text.add(0, name);
        } else {
            text.set(0, name + text.get(0).substring(name.length()));
        }
        return text;
    }

    /** An example that can be pasted into a shell, before an option goes on in the next line where it is long. */
    private static List<String> example(Command command, String example) {
        List<String> parts = new ArrayList<>(List.of("  " + Main.PROGRAM + " " + command.name()));
        if (!example.isEmpty()) {
            parts.addAll(List.of(example.split(" (?=-)")));
        }
        String goesOn = " \\";
        List<String> lines =
                LineBreaks.lines(parts, " ".repeat(6), line -> line.length() + goesOn.length() <= LineBreaks.TERMINAL);
        for (int i = 0; i < lines.size() - 1; i++) {
            lines.set(i, lines.get(i) + goesOn);
        }
        return lines;
    }

    /** Names of commands, in the order of help. */
    static String names(Collection<Command> commands) {
        return commands.stream().map(Command::name).collect(Collectors.joining(", "));
    }
}
