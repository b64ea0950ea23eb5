package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.lab.quickstart.Quickstart;
import org.gto4j.lab.quickstart.QuickstartOptions;
import org.gto4j.lab.terminal.Console;

/** {@code gto4j quickstart}. */
final class QuickstartCommand implements Command {
    private static final Parameter<Path> MODEL = CommonParameters.MODEL
            .optional()
            .help("the model that is to answer faster; F16 or F32 files train fastest")
            .orElseSay("SmolLM2-135M, downloaded with pip");
    private static final Parameter<Double> MINUTES = Parameter.of(
                    ParameterGroup.TRAINING,
                    "minutes",
                    "N",
                    Numbers.atLeast(QuickstartOptions.LEAST_MINUTES),
                    "time for all of it, without the build")
            .orElse(22.0);
    private static final Parameter<Path> DIR = Parameter.file(
                    ParameterGroup.OUTPUT,
                    "dir",
                    "DIR",
                    FileUse.QUICKSTART_OUT,
                    "folder that gets the drafts, the results and a report")
            .orElse(Path.of("quickstart"));

    @Override
    public String name() {
        return "quickstart";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.TRAIN;
    }

    @Override
    public String summary() {
        return "from a model to a trained draft with measured results";
    }

    @Override
    public String details() {
        return "Lets a model answer prompts, trains a draft on its answers (the small net that guesses the model's next tokens), and measures how much "
                + "faster answers come with it. Stopped and started again, it goes on where it was.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(MODEL, MINUTES, DIR).and(CommonParameters.CHATTING);
    }

    @Override
    public List<String> examples() {
        return List.of("", "--minutes 60 --dir night-run", "--model my-model-f16.gguf --dir my-model");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        Parameters recorded = parameters().without(CommonParameters.EVERYWHERE);
        Quickstart.run(
                new QuickstartOptions(
                        values.get(MINUTES),
                        values.get(DIR),
                        values.find(MODEL).orElse(null),
                        values.get(CommonParameters.DEVICE),
                        TargetFile.options(values),
                        values.get(CommonParameters.THREADS),
                        values.setBy(recorded),
                        values.changed(recorded, 1)),
                console);
    }
}
