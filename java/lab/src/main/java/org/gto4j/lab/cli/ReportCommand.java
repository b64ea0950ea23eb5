package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;
import org.gto4j.lab.report.RunComparison;
import org.gto4j.lab.terminal.Console;

/** {@code gto4j report}. */
final class ReportCommand implements Command {
    @Override
    public String name() {
        return "report";
    }

    @Override
    public String summary() {
        return "a page with the curves of training runs side by side and the settings in which they differ";
    }

    @Override
    public Options options() {
        return CommandOptions.common()
                .addOption(CommandOptions.neededFile(null, "html", "FILE", FileUse.FILE_OUT, "the page to write"));
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
    public void run(Values values, Console console) {
        Path file = values.neededPath("html");
        RunComparison.read(values.argumentPaths()).report().write(file);
        console.written(file);
    }
}
