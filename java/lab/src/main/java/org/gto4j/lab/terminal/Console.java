package org.gto4j.lab.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.gto4j.io.AtomicFile;

/** Where a command writes: results to {@code out}, everything else to {@code err}. */
public final class Console {
    private static final Path STDIN_LINK = Path.of("/proc/self/fd/0");
    private static final Path STDOUT_LINK = Path.of("/proc/self/fd/1");
    private static final Path STDERR_LINK = Path.of("/proc/self/fd/2");

    /** Where the values of {@link #facts} begin. */
    private static final int VALUES = 16;

    /** Goes to the begin of a terminal's line and empties it. */
    private static final String EMPTY_LINE = "\r\u001b[K";

    private final PrintStream raw;
    private final PrintStream out;
    private final PrintStream err;
    private final Interruption interruption;
    private final InputStream input;
    private final boolean typed;
    /** Progress bars that are shown. */
    private final AtomicInteger bars = new AtomicInteger();

    private final boolean terminal;
    private final boolean resultsToTerminal;

    /**
     * @param input what messages are read from
     * @param ownDescriptors whether these are the process's descriptors 0 to 2, which may be terminals
     */
    public Console(
            InputStream input, PrintStream out, PrintStream err, boolean ownDescriptors, Interruption interruption) {
        this(
                input,
                out,
                err,
                interruption,
                ownDescriptors && isTerminal(STDIN_LINK),
                ownDescriptors && isTerminal(STDOUT_LINK),
                ownDescriptors && isTerminal(STDERR_LINK));
    }

    /**
     * @param typed whether {@code input} is a terminal
     * @param resultsToTerminal whether {@code out} is one
     * @param terminal whether {@code err} is one
     */
    Console(
            InputStream input,
            PrintStream out,
            PrintStream err,
            Interruption interruption,
            boolean typed,
            boolean resultsToTerminal,
            boolean terminal) {
        this.input = input;
        this.raw = out;
        this.out = new PrintableStream(out);
        this.err = err;
        this.interruption = interruption;
        this.typed = typed;
        this.resultsToTerminal = resultsToTerminal;
        this.terminal = terminal;
    }

    /** When to print in colour. */
    public enum Colour {
        /** On a terminal, unless NO_COLOR is set (no-color.org). */
        AUTO,
        ALWAYS,
        NEVER
    }

    @SuppressWarnings("SystemConsoleNull") // from Java 22 on it says so for a pipe, too, where the link can't be read
    private static boolean isTerminal(Path link) {
        try {
            String device = Files.readSymbolicLink(link).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            // No such link on this system: a console exists if stdin and stdout are a terminal, and then stderr mostly
            // is, too.
            return System.console() != null;
        }
    }

    /** For results; what would steer a terminal is shown, not sent. */
    public PrintStream out() {
        return out;
    }

    /** For text that has seen to that itself. */
    public PrintStream raw() {
        return raw;
    }

    /** For what isn't a result and has lines of its own; who writes there has seen to what steers a terminal. */
    public PrintStream err() {
        return err;
    }

    /** For the text that a model writes: on a terminal as {@link #out}, byte for byte into a file or a pipe. */
    public PrintStream text() {
        return resultsToTerminal ? out : raw;
    }

    /**
     * A conversation's messages: typed on a terminal if there is one to answer on, too, else the lines of standard
     * input. The caller closes them.
     *
     * @param history file of what was typed before
     */
    public MessageSource messages(Path history) {
        return typed && resultsToTerminal ? new TerminalMessages(history) : new PipedMessages(input, interruption);
    }

    /** Names the file that a command has written; not on standard output where that may be the file. */
    public void written(Path file) {
        if (AtomicFile.replaces(file)) {
            out.println(file);
        }
    }

    /** Whether results may be coloured. */
    public boolean colour(Colour when) {
        boolean wanted = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        return when == Colour.ALWAYS || when == Colour.AUTO && wanted && resultsToTerminal;
    }

    /** Prints a line for the user that isn't a result; on a terminal in several, broken between words. */
    public void say(String line) {
        if (bars.get() > 0) {
            err.print(EMPTY_LINE); // the bar is drawn again below
        }
        lines(line, 0, terminal).forEach(err::println);
        err.flush();
    }

    /** Prints sentences that are a result; on a terminal in several lines, broken between words. */
    public void tell(String sentences) {
        lines(sentences, 0, resultsToTerminal).forEach(out::println);
    }

    /** Prints results of a name and, from the same column on, a value; on a terminal long values go on below. */
    public void facts(Stream<String> lines) {
        lines.flatMap(line -> lines(line, VALUES, resultsToTerminal).stream()).forEach(out::println);
    }

    /** A file or a pipe gets one line, which other programs find whole. */
    private static List<String> lines(String text, int indent, boolean terminal) {
        String line = Printable.line(text);
        return terminal ? Prose.lines(line, 0, indent) : List.of(line);
    }

    /** Starts showing how far a long task is. */
    public Progress progress(String task) {
        String name = Printable.line(task);
        if (!terminal) {
            return new LineProgress(name, err, System::nanoTime);
        }
        bars.incrementAndGet();
        return new BarProgress(name, err, System::nanoTime, bars::decrementAndGet);
    }

    /**
     * Hands results over now; throws {@link LostResultsException} if that isn't possible, e.g. because nobody reads
     * them any more.
     */
    public void flush() {
        if (raw.checkError()) {
            throw new LostResultsException();
        }
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
