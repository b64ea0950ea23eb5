package org.gto4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;
import org.gto4j.Gto4j;
import org.gto4j.GtoException;

/** Entry point: finds the command, reads its options, and turns failures into one line and an exit code. */
public final class Main {
    /** Name of the program in messages. */
    static final String PROGRAM = "gto4j";

    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final Interruption interruption;

    /** The command line of this process; nothing interrupts its commands. */
    public Main() {
        this(new Interruption());
    }

    Main(Interruption interruption) {
        this.interruption = interruption;
        List<Command> all = List.of(
            new QuickstartCommand(),
            new RegenerateCommand(),
            new CorpusCommand(),
            new PlanCommand(),
            new TrainCommand(),
            new ExperimentCommand(),
            new ReportCommand(),
            new SimulateCommand(),
            new DiagnoseCommand(),
            new RewardsCommand(),
            new GradientsCommand(),
            new EvalCommand(),
            new BenchCommand(),
            new ParityCommand(),
            new ProfileCommand(),
            new GenerateCommand(),
            new ExportCommand(),
            new InfoCommand());
        for (Command command : all) {
            commands.put(command.name(), command);
        }
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        // Whatever the locale says: models write UTF-8.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        Interruption interruption = new Interruption();
        interruption.install();
        int code = new Main(interruption).run(args, System.out, System.err);
        System.out.flush();
        interruption.finish();
        System.exit(code);
    }

    /**
     * Runs a command.
     *
     * @param args the command and its options
     * @param out  gets results
     * @param err  gets progress and messages
     * @return 0 = done, 1 = the user's mistake or a check that failed, 2 = wrong usage, 3 = a fault of this program, 130 = interrupted
     */
    public int run(String[] args, PrintStream out, PrintStream err) {
        return dispatch(args, out, err).number();
    }

    private ExitCode dispatch(String[] args, PrintStream out, PrintStream err) {
        String first = args.length == 0 ? "--help" : args[0];
        if (first.equals("--help") || first.equals("-h") || first.equals("help")) {
            Help.program(commands.values(), out);
            return args.length == 0 ? ExitCode.USAGE : ExitCode.OK;
        }
        if (first.equals("--version")) {
            out.println(PROGRAM + " " + Gto4j.version() + ", llama.cpp " + Gto4j.llamaVersion());
            return ExitCode.OK;
        }
        Command command = commands.get(first);
        if (command == null) {
            err.println(PROGRAM + ": unknown command '" + first + "'; commands are " + String.join(", ", commands.keySet()));
            return ExitCode.USAGE;
        }
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        if (Arrays.asList(rest).contains("--help") || Arrays.asList(rest).contains("-h")) {
            Help.command(command, out);
            return ExitCode.OK;
        }
        return execute(command, rest, out, err);
    }

    private ExitCode execute(Command command, String[] args, PrintStream out, PrintStream err) {
        boolean trace = Arrays.asList(args).contains("--stacktrace") || Arrays.asList(args).contains("-X");
        try {
            command.run(parse(command, args), new Console(out, err, interruption));
            return ExitCode.OK;
        } catch (UsageException e) {
            err.println(PROGRAM + " " + command.name() + ": " + e.getMessage() + " (see " + PROGRAM + " " + command.name() + " --help)");
            return ExitCode.USAGE;
        } catch (InterruptedRunException e) {
            err.println(PROGRAM + ": interrupted; the same command goes on from here where it can");
            return ExitCode.INTERRUPTED;
        } catch (FailedCheckException e) {
            err.println(PROGRAM + ": " + e.getMessage());
            return ExitCode.FAILED;
        } catch (GtoException e) {
            err.println(PROGRAM + ": " + e.getMessage());
            printTrace(e, trace, err);
            return ExitCode.of(e);
        } catch (RuntimeException | Error e) {
            err.println(PROGRAM + ": internal error: " + e + (trace ? "" : " (--stacktrace shows where)"));
            printTrace(e, trace, err);
            return ExitCode.INTERNAL;
        }
    }

    private static void printTrace(Throwable failure, boolean wanted, PrintStream err) {
        if (wanted) {
            failure.printStackTrace(err);
        }
    }

    private static Values parse(Command command, String[] args) {
        try {
            CommandLine line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(command.options(), args);
            List<String> rest = line.getArgList();
            boolean repeats = !command.arguments().isEmpty() && command.arguments().get(command.arguments().size() - 1).endsWith("...");
            if (rest.size() > command.arguments().size() && !repeats) {
                throw new UsageException("unexpected argument '" + rest.get(command.arguments().size()) + "'");
            }
            if (rest.size() < command.arguments().size()) {
                throw new UsageException("missing argument " + command.arguments().get(rest.size()));
            }
            return new Values(line);
        } catch (ParseException e) {
            throw new UsageException(e.getMessage());
        }
    }
}
