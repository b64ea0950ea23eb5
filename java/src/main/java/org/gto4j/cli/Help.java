package org.gto4j.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;

import org.apache.commons.cli.help.HelpFormatter;
import org.apache.commons.cli.help.TextHelpAppendable;
import org.gto4j.GtoException;

/** The texts of --help. */
final class Help {
    private static final int WIDTH = 110;

    private Help() {
    }

    /** The program and its commands. */
    static void program(Collection<Command> commands, PrintStream out) {
        out.println("Usage: " + Main.PROGRAM + " COMMAND [OPTIONS]");
        out.println();
        out.println("Trains an EAGLE-3 draft for a GGUF model, aligns it by Group Tree Optimization, and decodes losslessly with draft trees.");
        out.println();
        for (Command command : commands) {
            out.println(String.format(Locale.ROOT, "  %-12s %s", command.name(), command.summary()));
        }
        out.println();
        out.println("'" + Main.PROGRAM + " COMMAND --help' shows the options of a command and examples; '" + Main.PROGRAM + " --version' the version.");
        out.println("Exit codes: 0 done, 1 your mistake or a failed check (one line says which), 2 wrong usage, 3 a fault of this program, 130 interrupted.");
    }

    /** One command. */
    static void command(Command command, PrintStream out) {
        TextHelpAppendable text = new TextHelpAppendable(out);
        text.setMaxWidth(WIDTH);
        String syntax = Main.PROGRAM + " " + command.name() + " " + String.join(" ", command.arguments());
        try {
            HelpFormatter.builder().setHelpAppendable(text).setShowSince(false).get().printHelp(syntax.strip(), command.summary(), command.options(), "", true);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't print help: " + e, e);
        }
        out.println("Examples:");
        command.examples().forEach(example -> out.println("  " + Main.PROGRAM + " " + command.name() + " " + example));
    }
}
