package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.lab.report.RunComparison;
import org.gto4j.lab.terminal.Console;

/** {@code gto4j report}. */
final class ReportCommand implements Command {
    private static final Parameter<Path> HTML =
            CommonParameters.HTML.help("the page to write").needed();

    @Override
    public String name() {
        return "report";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.TRAIN;
    }

    @Override
    public String summary() {
        return "a page with the curves of training runs";
    }

    @Override
    public String details() {
        return "Writes a page with the curves of training runs side by side, the options that aren't the defaults, with who set them, and the settings in which the runs differ.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(HTML).and(CommonParameters.EVERYWHERE);
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument("RUN...", FileUse.RUN_IN));
    }

    @Override
    public List<String> examples() {
        return List.of("run1 --html run1.html", "run1 run2 run3 --html runs.html");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        Path file = values.get(HTML);
        RunComparison.read(values.argumentPaths()).report().write(file);
        console.written(file);
    }
}
