package org.gto4j.lab.cli;

import java.util.Locale;
import java.util.Optional;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.PublishedTarget;
import org.gto4j.model.TargetInfo;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingMemory;
import org.gto4j.train.TrainingCosts;
import org.gto4j.train.TrainingPlan;
import org.gto4j.train.TrialStep;

/** A plan as lines of text. */
final class PlanLines {
    private static final double MIB = 1 << 20;
    private static final double GIB = 1L << 30;
    private static final double HOUR = 3600;

    private PlanLines() {}

    static String sizes(TrainingPlan plan, PlannedSizes sizes) {
        TrainingMemory memory = plan.memory();
        return line("draft", "%,d parameters, draft vocabulary %d", memory.parameters(), sizes.vocabulary())
                + line("micro-batch", "%d tokens in %d passes", plan.tokens(), plan.passes())
                + part("weights", memory.weights())
                + part("gradient", memory.gradient())
                + part("optimizer", memory.moments())
                + part("embedding", memory.embedding())
                + part("target's head", memory.targetHead())
                + part("activations", memory.activations())
                + part("products", memory.packed())
                + part("features", plan.tokens() * plan.featureBytes())
                + part("training", plan.bytes())
                + part("target", plan.targetBytes())
                + line(
                        "corpus on disk",
                        "%d bytes a token, %.2f GB a million tokens",
                        plan.featureBytes(),
                        plan.featureBytes() * 1e6 / 1e9);
    }

    static String fit(TrainingPlan plan, AvailableMemory memory, int most) {
        String verdict = most == 0 ? "no micro-batch fits" : "micro-batches of up to " + most + " tokens fit";
        return line(
                "memory",
                "%.2f GiB for training: %s%s",
                memory.bytes() / GIB,
                verdict,
                plan.bytes() > memory.bytes() ? tooMuch(plan, memory) : "");
    }

    private static String tooMuch(TrainingPlan plan, AvailableMemory memory) {
        return String.format(
                Locale.ROOT,
                ", these don't: training takes %.2f GiB, %.2f GiB are left of %s",
                plan.bytes() / GIB,
                memory.bytes() / GIB,
                memory.limit());
    }

    static String time(Optional<TrainingCosts> costs, PlannedSizes sizes, TargetModel target) {
        return costs.map(known -> time(
                        known,
                        sizes,
                        target.info(),
                        String.format(
                                Locale.ROOT,
                                "%s; the measured steps are met within %.0f%%",
                                target.device().kind(),
                                100 * known.error())))
                .orElseGet(() -> unknownTime("add --measure"));
    }

    /** @param basis what the costs rest on */
    static String time(TrainingCosts costs, PlannedSizes sizes, TargetInfo target, String basis) {
        double seconds = costs.secondsPerToken(target, sizes.vocabulary(), sizes.rows(), sizes.passes(), sizes.kept());
        return line(
                "time",
                "%.2f hours for %,d response tokens: %.0f tokens a second (%s)",
                seconds * sizes.tokens() / HOUR,
                sizes.tokens(),
                1 / seconds,
                basis);
    }

    static String unknownTime(String remedy) {
        return line("time", "not measured on this machine yet: %s", remedy);
    }

    static String reading(double hours) {
        return line("reading", "%.2f hours for the target to read the same tokens once", hours);
    }

    static String published(PublishedTarget target, double bits) {
        return line("target", "%s: %,d parameters of %s bits", target.label(), target.parameters(), bits);
    }

    static String disk(TrainingPlan plan, PlannedSizes sizes) {
        return line(
                "disk",
                "%.1f GB for features of %,d tokens",
                (double) plan.featureBytes() * sizes.tokens() / 1e9,
                sizes.tokens());
    }

    static String trial(TrialStep trial, PlannedSizes sizes) {
        return line(
                "tried",
                "%.2f seconds a step of %d tokens, resident memory rose by %.1f MiB",
                trial.seconds(),
                sizes.rows(),
                trial.bytes() / MIB);
    }

    private static String part(String name, long bytes) {
        return line(name, "%10.1f MiB", bytes / MIB);
    }

    private static String line(String name, String format, Object... values) {
        return String.format(Locale.ROOT, "%-15s ", name) + String.format(Locale.ROOT, format, values) + "\n";
    }
}
