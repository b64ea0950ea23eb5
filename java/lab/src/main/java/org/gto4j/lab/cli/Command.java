package org.gto4j.lab.cli;

import java.util.List;
import org.apache.commons.cli.Options;
import org.gto4j.lab.terminal.Console;

/** One command of the command line. */
interface Command {
    /** As typed. */
    String name();

    /** One line on what it does. */
    String summary();

    /** What it takes. */
    Options options();

    /** What follows the options. */
    default List<Argument> arguments() {
        return List.of();
    }

    /** Command lines that work, without the program's name. */
    List<String> examples();

    /** Does it. A {@link org.gto4j.error.GtoException} tells the user what went wrong. */
    void run(Values values, Console console);
}
