package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.gto4j.lab.cli.Main;

/**
 * A command line and what it gave.
 *
 * @param code exit code
 * @param out what it printed as result
 * @param err what else it printed
 */
public record CommandRun(int code, String out, String err) {
    public static CommandRun of(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new Main()
                .run(
                        args,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A command line that is the user's mistake: it says so in one line, which holds {@code named}. */
    static void mistake(String named, String... args) {
        CommandRun run = of(args);
        assertEquals(1, run.code(), run.err());
        List<String> lines =
                run.err().lines().filter(line -> line.startsWith("gto4j: ")).toList();
        assertEquals(1, lines.size(), run.err());
        assertTrue(lines.get(0).contains(named), lines.get(0));
        assertFalse(run.err().contains("\tat "), run.err());
    }
}
