package org.gto4j.cli;

import org.gto4j.experiment.Arm;
import org.gto4j.experiment.ExperimentListener;
import org.gto4j.train.TrainingListener;
import org.jspecify.annotations.Nullable;

/** Shows an experiment, arm by arm, and stops it at Ctrl-C. */
final class ExperimentDisplay implements ExperimentListener, AutoCloseable {
    private final Console console;
    private @Nullable Progress shown;

    ExperimentDisplay(Console console) {
        this.console = console;
    }

    @Override
    public TrainingListener training(Arm arm, int number, int arms) {
        return new TrainingDisplay(console, show("arm " + (number + 1) + " of " + arms + ", " + arm.name()));
    }

    @Override
    public void measured(Arm arm, int texts, int of) {
        console.checkStop();
        Progress progress = texts == 1 || shown == null ? show("measure " + arm.name()) : shown;
        progress.update((double) texts / of, texts + " of " + of + " texts");
    }

    private Progress show(String task) {
        close();
        Progress progress = console.progress(task);
        shown = progress;
        return progress;
    }

    @Override
    public void close() {
        if (shown != null) {
            shown.close();
            shown = null;
        }
    }
}
