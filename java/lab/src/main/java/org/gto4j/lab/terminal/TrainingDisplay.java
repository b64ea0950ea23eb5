package org.gto4j.lab.terminal;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.gto4j.simulation.SimulatedTau;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingStep;
import org.gto4j.train.Validation;
import org.jspecify.annotations.Nullable;

/** Shows a training run, and stops it at Ctrl-C. */
public final class TrainingDisplay implements TrainingListener {
    private final Console console;
    private final Progress progress;
    private double fraction;
    private String stepped = "";
    private String validated = "";
    private String rewarded = "";
    private @Nullable Validation best;

    /** Shows a run by {@code progress}. */
    public TrainingDisplay(Console console, Progress progress) {
        this.console = console;
        this.progress = progress;
    }

    @Override
    public void onStep(TrainingStep step) {
        StringBuilder detail = new StringBuilder(String.format(
                Locale.ROOT, "step %d, loss %.3f, accuracy %.3f", step.step(), step.loss()[0], step.accuracy()[0]));
        if (step.policy().containsKey("reward")) {
            rewarded = rewards(step.policy());
        }
        detail.append(rewarded).append(String.format(Locale.ROOT, ", %.0f tokens/s", step.tokensPerSecond()));
        fraction = step.fraction();
        stepped = detail.toString();
        progress.update(fraction, stepped + validated);
    }

    /** Of the last step that had groups. */
    private static String rewards(Map<String, Double> policy) {
        String error = policy.containsKey("error_sampled")
                ? String.format(Locale.ROOT, ", error %.0e", policy.get("error_sampled"))
                : "";
        return String.format(
                Locale.ROOT,
                ", reward %.3f, %.1f of %.0f nodes scored (bound %.0e%s), target %.2f s, draft %.2f s, loss %.2f s",
                policy.get("reward"),
                policy.get("nodes_scored"),
                policy.get("nodes_naive"),
                policy.get("error_bound"),
                error,
                policy.get("seconds_target"),
                policy.get("seconds_draft"),
                policy.get("seconds_loss"));
    }

    @Override
    public void onValidation(Validation validation) {
        validated = ", held back at " + text(validation) + (validation.best() ? ", the best" : "");
        best = validation.best() ? validation : best;
        if (!stepped.isEmpty()) {
            progress.update(fraction, stepped + validated);
        }
    }

    /** The best draft that this part of the run found, in words; empty if it found none. */
    public Optional<String> best() {
        return Optional.ofNullable(best).map(TrainingDisplay::text);
    }

    private static String text(Validation validation) {
        SimulatedTau tree = validation.tree();
        return String.format(
                Locale.ROOT,
                "step %d: accuracy %.3f, tau %.3f [%.3f, %.3f]%s",
                validation.step(),
                validation.accuracy()[0],
                tree.tau(),
                tree.interval().low(),
                tree.interval().high(),
                validation.sampled() ? " on sampled texts" : "");
    }

    @Override
    public boolean stopRequested() {
        return console.stopRequested();
    }
}
