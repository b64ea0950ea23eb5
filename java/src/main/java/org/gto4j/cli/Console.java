package org.gto4j.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a command writes: results to {@code out}, everything else to {@code err}. */
public final class Console {
    private static final Path STDOUT_LINK = Path.of("/proc/self/fd/1");
    private static final Path STDERR_LINK = Path.of("/proc/self/fd/2");

    private final PrintStream out;
    private final PrintStream err;
    private final Interruption interruption;
    private final boolean terminal;

    Console(PrintStream out, PrintStream err, Interruption interruption) {
        this.out = out;
        this.err = err;
        this.interruption = interruption;
        this.terminal = err == System.err && isTerminal(STDERR_LINK);
    }

    /** When to print in colour. */
    enum Colour {
        /** On a terminal, unless NO_COLOR is set (no-color.org). */
        AUTO, ALWAYS, NEVER
    }

    private static boolean isTerminal(Path link) {
        try {
            String device = Files.readSymbolicLink(link).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            // No such link on this system: a console exists if stdin and stdout are a terminal, and then stderr mostly is, too.
            return System.console() != null;
        }
    }

    /** For results. */
    public PrintStream out() {
        return out;
    }

    /** Whether results may be coloured. */
    boolean colour(Colour when) {
        boolean wanted = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        return when == Colour.ALWAYS || when == Colour.AUTO && wanted && out == System.out && isTerminal(STDOUT_LINK);
    }

    /** Prints a line for the user that isn't a result. */
    public void say(String line) {
        err.println(line);
        err.flush();
    }

    /** Starts showing how far a long task is. */
    public Progress progress(String task) {
        return terminal ? new BarProgress(task, err, System::nanoTime) : new LineProgress(task, err, System::nanoTime);
    }

    /** Whether the user asked to stop. */
    public boolean stopRequested() {
        return interruption.requested();
    }

    /** Throws {@link InterruptedRunException} if the user asked to stop. */
    public void checkStop() {
        if (stopRequested()) {
            throw new InterruptedRunException();
        }
    }
}
