package org.gto4j.lab.cli;

import java.util.List;
import org.gto4j.lab.terminal.Console;

/** One command of the command line. */
interface Command {
    /** As typed. */
    String name();

    /** What it is for. */
    CommandGroup group();

    /** What it does, in one line of the program's help. */
    String summary();

    /** More on what it does, for its own help; may be empty. */
    default String details() {
        return "";
    }

    /** What it takes. */
    Parameters parameters();

    /** What follows the options. */
    default List<Argument> arguments() {
        return List.of();
    }

    /** Command lines that work, without the program's name. */
    List<String> examples();

    /** A file that the examples name, for help; may be empty. */
    default String exampleFile() {
        return "";
    }

    /** Does it. A {@link org.gto4j.error.GtoException} tells the user what went wrong. */
    void run(ParameterValues values, Console console);
}
