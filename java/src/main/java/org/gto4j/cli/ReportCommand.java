package org.gto4j.cli;

import java.nio.file.Path;
import java.util.List;

import org.apache.commons.cli.Options;
import org.gto4j.eval.RunComparison;
import org.gto4j.io.Folders;

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
        return Opt.common().addOption(Opt.needed(null, "html", "FILE", "the page to write"));
    }

    @Override
    public List<String> arguments() {
        return List.of("RUN...");
    }

    @Override
    public List<String> examples() {
        return List.of("run1 --html run1.html", "run1 run2 run3 --html runs.html");
    }

    @Override
    public void run(Values values, Console console) {
        Path file = values.neededPath("html");
        Folders.requireWritable(file);
        RunComparison.read(values.argumentPaths()).report().write(file);
        console.out().println(file);
    }
}
