package org.gto4j.lab.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.cli.help.HelpFormatter;
import org.apache.commons.cli.help.TextHelpAppendable;
import org.gto4j.error.GtoException;

/** The texts of --help. */
final class Help {
    private static final int WIDTH = 110;

    private Help() {}

    /** The program and its commands. */
    static void program(Collection<Command> commands, PrintStream out) {
        out.println("Usage: " + Main.PROGRAM + " COMMAND [OPTIONS]");
        out.println();
        out.println(
                "Trains an EAGLE-3 draft for a GGUF model, aligns it by Group Tree Optimization, and decodes losslessly with draft trees.");
        out.println();
        for (Command command : commands) {
            out.println(String.format(Locale.ROOT, "  %-12s %s", command.name(), command.summary()));
        }
        out.println();
        out.println("'" + Main.PROGRAM + " COMMAND --help' shows the options of a command and examples; '"
                + Main.PROGRAM + " --version' the version.");
        out.println(
                "'-' as a file of prompts or texts (JSONL), or as the prompt of generate, is standard input. What is read in a run is never written over; an output that");
        out.println(
                "is there already is replaced as a whole, at the end of a link, too. Pipes and devices (/dev/stdout) are written to.");
        out.println(
                "Exit codes: 0 done; 1 your mistake, a failed check, or results that can't be written (one line says which); 2 wrong usage; 3 a fault of this program;");
        out.println("130 interrupted by Ctrl-C (by TERM 143, by HUP 129), 141 the reader of a pipe has had enough.");
    }

    /** One command. */
    static void command(Command command, PrintStream out) {
        TextHelpAppendable text = new TextHelpAppendable(out);
        text.setMaxWidth(WIDTH);
        String syntax = Main.PROGRAM + " " + command.name() + " "
                + command.arguments().stream().map(Argument::name).collect(Collectors.joining(" "));
        try {
            HelpFormatter.builder()
                    .setHelpAppendable(text)
                    .setShowSince(false)
                    .get()
                    .printHelp(syntax.strip(), command.summary(), command.options(), "", true);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't print help: " + e, e);
        }
        out.println("Examples:");
        command.examples().forEach(example -> out.println("  " + Main.PROGRAM + " " + command.name() + " " + example));
    }
}
