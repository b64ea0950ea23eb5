package org.gto4j.lab.terminal;

import org.gto4j.lab.experiment.Arm;
import org.gto4j.lab.experiment.ExperimentListener;
import org.gto4j.train.TrainingListener;
import org.jspecify.annotations.Nullable;

/** Shows an experiment, arm by arm, and stops it at Ctrl-C. */
public final class ExperimentDisplay implements ExperimentListener, AutoCloseable {
    private final Console console;
    private @Nullable Progress shown;

    public ExperimentDisplay(Console console) {
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
