package org.gto4j.lab.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.gto4j.io.FolderLock;
import org.gto4j.io.StaleFiles;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.StartLine;
import org.gto4j.model.Device;
import org.gto4j.model.TargetModel;

/** Runs the parts that are missing, one after the other, and prints what the user gets. */
public final class Quickstart {
    private static final List<Stage> STAGES = List.of(
            new RegenerationStage(),
            new TrainingStage(Part.PHASE_ONE),
            new TrainingStage(Part.PHASE_TWO),
            new EvaluationStage(),
            new ReportStage());

    private static final StaleFiles LEFTOVERS =
            StaleFiles.of("(?:quickstart|results)\\.json(?:\\.old)?|report\\.html|draft-(?:eagle3|gto)\\.gguf");

    private final QuickstartOptions options;
    private final Console console;

    private Quickstart(QuickstartOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    /**
     * Starts a run, or goes on with the one that the folder holds; a run that is complete is only shown.
     *
     * @throws org.gto4j.error.GtoException what is wrong with the model, the folder or the machine; what was done is
     *     kept
     */
    public static void run(QuickstartOptions options, Console console) {
        new Quickstart(options, console).run();
    }

    private void run() {
        try (FolderLock lock = FolderLock.take(options.folder(), "quickstart", LEFTOVERS)) {
            RunState state = RunState.open(options);
            Path results = options.folder().resolve(RunContext.RESULTS);
            if (state.isComplete() && !Results.isReadable(results)) {
                state.reopen(Part.REPORT);
            }
            if (!state.isComplete()) {
                runMissing(state);
            }
            console.say(String.format(
                    Locale.ROOT,
                    "done in %.1f minutes: %s holds report.html, results.json, draft-eagle3.gguf and draft-gto.gguf",
                    state.usedSeconds() / 60,
                    options.folder()));
            print(Results.read(results));
        }
    }

    private void print(Results results) {
        results.summary().forEach(console::tell);
        console.out().println();
        try (Measurements measurements = Measurements.open(options.folder().resolve(RunContext.MEASUREMENTS))) {
            console.out().print(ResultTables.of(measurements).print());
        }
        console.out().println("\nTry it:\n  " + results.next());
    }

    private void runMissing(RunState state) {
        state.begin(Part.SETUP);
        if (!state.isDone(Part.SETUP)) {
            console.say(Part.SETUP.title());
            Tool.ALL.forEach(tool -> console.say(tool.check()));
        }
        Path model = options.model() == null ? new DefaultModel(console::say).get() : options.model();
        try (Device device = Device.open(options.device(), options.threads());
                TargetModel target = TargetModel.open(device, model, options.target())) {
            console.say(StartLine.of(target));
            state.finish();
            RunContext context = new RunContext(target, options.folder(), state, console);
            for (Stage stage : STAGES) {
                if (!state.isDone(stage.part())) {
                    stage.run(context, state.begin(stage.part()));
                    state.finish();
                }
            }
        }
    }
}
