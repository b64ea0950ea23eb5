package org.gto4j.lab.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.error.GtoException;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.InterruptedRunException;
import org.gto4j.lab.terminal.Interruption;
import org.gto4j.lab.terminal.LostResultsException;
import org.gto4j.lab.terminal.Printable;
import org.gto4j.lab.terminal.PrintableStream;
import org.gto4j.model.Gto4j;
import org.jspecify.annotations.Nullable;

/** Entry point: finds the command, reads its options, and turns failures into one line and an exit code. */
public final class Main {
    /** Name of the program in messages. */
    static final String PROGRAM = "gto4j";

    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final Interruption interruption;
    private final InputStream input;
    private final @Nullable StandardOutput results;

    /** The command line of this process; nothing interrupts its commands. */
    public Main() {
        this(new Interruption(), System.in, null);
    }

    /**
     * @param input what "-" reads
     * @param results where results go if they and the messages go to the process's own descriptors, which may be
     *     terminals; else null
     */
    Main(Interruption interruption, InputStream input, @Nullable StandardOutput results) {
        this.interruption = interruption;
        this.input = input;
        this.results = results;
        for (Command command : commands()) {
            commands.put(command.name(), command);
        }
    }

    /** All commands, in the order of help. */
    static List<Command> commands() {
        return List.of(
                new ChatCommand(),
                new GenerateCommand(),
                new TemplateCommand(),
                new InfoCommand(),
                new ImportCommand(),
                new ExportCommand(),
                new QuickstartCommand(),
                new RegenerateCommand(),
                new CorpusCommand(),
                new PlanCommand(),
                new TrainCommand(),
                new ReportCommand(),
                new EvalCommand(),
                new BenchCommand(),
                new ParityCommand(),
                new ProfileCommand(),
                new SimulateCommand(),
                new DiagnoseCommand(),
                new RewardsCommand(),
                new GradientsCommand(),
                new ExperimentCommand());
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        quietLog();
        // Whatever the locale says: models write UTF-8.
        StandardOutput results = new StandardOutput();
        PrintStream out = new PrintStream(results, false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.setOut(out);
        // Whoever else writes there, a logger say, names files, too.
        System.setErr(new PrintableStream(err));
        Interruption interruption = new Interruption();
        interruption.install();
        int code = run(args, new Main(interruption, System.in, results), out, err);
        interruption.finish();
        System.exit(code);
    }

    /** A warning is told as a line for the user, without what only a developer wants; -D options say otherwise. */
    private static void quietLog() {
        Map<String, String> properties = Map.of("showThreadName", "false", "showLogName", "false");
        properties.forEach((name, value) -> {
            String property = "org.slf4j.simpleLogger." + name;
            if (System.getProperty(property) == null) {
                System.setProperty(property, value);
            }
        });
    }

    private static int run(String[] args, Main main, PrintStream out, PrintStream err) {
        try {
            return main.run(TypedArguments.of(args), out, err);
        } catch (UsageException e) {
            err.println(PROGRAM + ": " + Printable.line(String.valueOf(e.getMessage())));
            return ExitCode.USAGE.number();
        }
    }

    /**
     * Runs a command.
     *
     * @param args the command and its options
     * @param out gets results
     * @param err gets progress and messages
     * @return 0 = done, 1 = the user's mistake or a check that failed, 2 = wrong usage, 3 = a fault of this program,
     *     130 = interrupted, 141 = nobody reads the results any more
     */
    public int run(String[] args, PrintStream out, PrintStream err) {
        Console console = new Console(input, out, err, results != null, interruption);
        ExitCode code = dispatch(args, console);
        if (!out.checkError() || code != ExitCode.OK) {
            return code.number();
        }
        if (results != null && results.isClosedPipe()) {
            return ExitCode.CLOSED_PIPE.number();
        }
        fail("can't write to standard output" + (results == null ? "" : ": " + results.failure()), console);
        return ExitCode.USER.number();
    }

    private ExitCode dispatch(String[] args, Console console) {
        String first = args.length == 0 ? "--help" : args[0];
        if (first.equals("--help") || first.equals("-h") || first.equals("help")) {
            return help(args, console);
        }
        if (first.equals("--version")) {
            return guarded(
                    () -> console.raw()
                            .println(PROGRAM + " " + Gto4j.version() + ", llama.cpp " + Gto4j.llamaVersion()),
                    PROGRAM,
                    false,
                    console);
        }
        Command command = commands.get(first);
        if (command == null) {
            return unknown(first, console);
        }
        CommandParser parser = new CommandParser(command, Arrays.copyOfRange(args, 1, args.length));
        if (parser.asks(CommonParameters.HELP)) {
            HelpText.command(command, console.raw());
            return ExitCode.OK;
        }
        try (StandardInput read = new StandardInput(input, interruption)) {
            return guarded(
                    () -> {
                        ParameterValues values = parser.parse(read);
                        try {
                            values.files().check();
                            command.run(values, console);
                        } catch (GtoException e) {
                            throw new GtoException(e.kind(), read.named(String.valueOf(e.getMessage())), e);
                        }
                    },
                    PROGRAM + " " + command.name(),
                    parser.asks(CommonParameters.STACKTRACE),
                    console);
        }
    }

    /** {@code --help}, {@code help}, {@code help COMMAND}, and {@code help --markdown}, which writes docs/CLI.md. */
    private ExitCode help(String[] args, Console console) {
        PrintStream out = console.raw();
        if (args.length < 2) {
            HelpText.program(commands.values(), out);
            return args.length == 0 ? ExitCode.USAGE : ExitCode.OK;
        }
        if (args[1].equals("--markdown")) {
            out.print(CommandPage.of(commands.values()));
            return ExitCode.OK;
        }
        Command command = commands.get(args[1]);
        if (command == null) {
            return unknown(args[1], console);
        }
        HelpText.command(command, out);
        return ExitCode.OK;
    }

    private ExitCode unknown(String name, Console console) {
        fail("unknown command '" + name + "'; commands are " + HelpText.names(commands.values()), console);
        return ExitCode.USAGE;
    }

    /** @param name of the program and the command, for wrong usage */
    private static ExitCode guarded(Runnable work, String name, boolean trace, Console console) {
        try {
            work.run();
            return ExitCode.OK;
        } catch (UsageException e) {
            console.say(name + ": " + e.getMessage() + " (see " + name + " --help)");
            return ExitCode.USAGE;
        } catch (InterruptedRunException e) {
            fail("interrupted; the same command goes on from here where it can", console);
            return ExitCode.INTERRUPTED;
        } catch (LostResultsException e) {
            return ExitCode.OK; // whoever checks the results' stream says why they are lost
        } catch (FailedCheckException e) {
            fail(String.valueOf(e.getMessage()), console);
            return ExitCode.FAILED;
        } catch (GtoException e) {
            fail(String.valueOf(e.getMessage()), console);
            printTrace(e, trace, console);
            return ExitCode.of(e);
        } catch (RuntimeException | Error e) {
            fail("internal error: " + e + (trace ? "" : " (--stacktrace shows where)"), console);
            printTrace(e, trace, console);
            return ExitCode.INTERNAL;
        }
    }

    /** A message may have several lines, such as the end of another program's log. */
    private static void fail(String message, Console console) {
        (PROGRAM + ": " + message).lines().forEach(console::say);
    }

    private static void printTrace(Throwable failure, boolean wanted, Console console) {
        if (wanted) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace, true));
            console.err().print(Printable.text(trace.toString()));
        }
    }
}
