package org.gto4j.lab.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.apache.commons.cli.Options;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.lab.terminal.StartLine;
import org.gto4j.model.AdamW;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.train.CostMeasurement;
import org.gto4j.train.TrainingCosts;
import org.gto4j.train.TrainingPlan;

/** {@code gto4j plan}. */
final class PlanCommand implements Command {
    private static final double GIB = 1L << 30;

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public String summary() {
        return "says what training a draft takes before it starts: memory, disk, and hours";
    }

    @Override
    public Options options() {
        return PlanValues.addTo(CommandOptions.computing().addOption(CommandOptions.model()))
                .addOption(CommandOptions.value(
                        null, "memory", "GIB", "memory for the target and the training (default: what is free now)"))
                .addOption(
                        CommandOptions.flag(
                                "measure",
                                "time a few steps on this machine first (less than a minute); 'plan' remembers what it measured"))
                .addOption(CommandOptions.flag("try", "make four steps of this size and say what the fastest took"))
                .addOption(CommandOptions.flag(
                        "scale",
                        "time steps of smaller micro-batches, draft vocabularies and passes, too, beside what the measured costs say of them; "
                                + "no row leaves"))
                .addOption(
                        CommandOptions.file(
                                null,
                                "html",
                                "FILE",
                                FileUse.FILE_OUT,
                                "with measured costs: hours by passes and draft vocabulary, and what --scale measured, as charts"));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf",
                "-m model.gguf --rows 2048 --draft-vocab 8192 --steps-ttt 7 --memory 4",
                "-m model.gguf --rows 2048 --try",
                "-m model.gguf --measure --scale --html plan.html",
                "-m model.gguf --measure --tokens 5000000 --kept 0.65 --html plan.html");
    }

    @Override
    public void run(Values values, Console console) {
        try (TargetFile open = TargetFile.open(values)) {
            TargetModel target = open.target();
            console.out().println(StartLine.of(target));
            PlanValues sizes = PlanValues.of(values, target.info());
            AdamW optimizer = AdamW.builder()
                    .precision(values.choice("precision", Precision.AUTO))
                    .build();
            TrainingPlan plan = TrainingPlan.of(target, sizes.vocabulary(), optimizer, sizes.rows(), sizes.passes());
            Optional<TrainingCosts> costs = values.has("measure")
                    ? Optional.of(measure(target, optimizer, console))
                    : CostMeasurement.known(target, optimizer);
            console.out().print(PlanLines.sizes(plan, sizes));
            OptionalLong budget = values.has("memory")
                    ? OptionalLong.of((long) (values.number("memory", 0, 0) * GIB) - plan.targetBytes())
                    : AvailableMemory.now().stream()
                            .mapToLong(AvailableMemory::bytes)
                            .findFirst();
            budget.ifPresent(bytes -> console.out()
                    .print(PlanLines.fit(
                            plan,
                            bytes,
                            TrainingPlan.mostTokens(target, sizes.vocabulary(), optimizer, sizes.passes(), bytes))));
            console.out().print(PlanLines.time(costs, sizes, target));
            if (values.has("try")) {
                console.out()
                        .print(PlanLines.trial(
                                CostMeasurement.trial(
                                        target, optimizer, sizes.vocabulary(), sizes.rows(), sizes.passes()),
                                sizes));
            }
            List<PlanScale> scales =
                    values.has("scale") ? scale(target, optimizer, needed(costs, "scale"), sizes, console) : List.of();
            scales.forEach(scale -> console.out().print(scale.print()));
            values.path("html").ifPresent(file -> PlanReport.of(needed(costs, "html"), sizes, scales, target)
                    .write(file));
        }
    }

    private static TrainingCosts needed(Optional<TrainingCosts> costs, String option) {
        return costs.orElseThrow(() -> new UsageException("--" + option + " needs measured costs: add --measure"));
    }

    private static List<PlanScale> scale(
            TargetModel target, AdamW optimizer, TrainingCosts costs, PlanValues sizes, Console console) {
        return timing("scale", console, progress -> PlanScale.measure(target, optimizer, costs, sizes, progress));
    }

    private static TrainingCosts measure(TargetModel target, AdamW optimizer, Console console) {
        return timing("measure", console, progress -> CostMeasurement.run(target, optimizer, progress));
    }

    /** Times steps, which may be stopped, and shows how far that is. */
    private static <T> T timing(String task, Console console, Function<DoubleConsumer, T> steps) {
        try (Progress progress = console.progress(task)) {
            return steps.apply(share -> {
                console.checkStop();
                progress.update(share, "training steps");
            });
        }
    }
}
