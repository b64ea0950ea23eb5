package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.lab.terminal.StartLine;
import org.gto4j.model.AdamW;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.TargetModel;
import org.gto4j.train.CostMeasurement;
import org.gto4j.train.TrainingCosts;
import org.gto4j.train.TrainingPlan;

/** {@code gto4j plan}. */
final class PlanCommand implements Command {
    private static final Parameter<Double> MEMORY = Parameter.of(
                    ParameterGroup.MACHINE,
                    "memory",
                    "GIB",
                    Numbers.atLeast(0),
                    "memory for the target and the training")
            .orElseSay("what is free now, on the device where it isn't the CPU");
    private static final Parameter<Boolean> MEASURE = Parameter.flag(
            ParameterGroup.MEASURING,
            "measure",
            "time a few steps on this machine first (less than a minute); 'plan' remembers what it measured");
    private static final Parameter<Boolean> TRY = Parameter.flag(
            ParameterGroup.MEASURING, "try", "make four steps of this size and say what the fastest took");
    private static final Parameter<Boolean> SCALE = Parameter.flag(
            ParameterGroup.MEASURING,
            "scale",
            "time steps of smaller micro-batches, draft vocabularies and passes, too, beside what the measured costs say of "
                    + "them; no row leaves");
    private static final Parameter<Path> HTML = CommonParameters.HTML.help(
            "with measured costs: hours by passes and draft vocabulary, and what --scale measured, as charts");

    private static final double GIB = 1L << 30;

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.TRAIN;
    }

    @Override
    public String summary() {
        return "says beforehand what training takes: memory, disk, hours";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL.optional())
                .and(PublishedPlan.PARAMETERS)
                .and(PlannedSizes.PARAMETERS)
                .and(MEASURE, TRY, SCALE, HTML, MEMORY)
                .and(CommonParameters.COMPUTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf",
                "-m model.gguf --rows 2048 --draft-vocab 8192 --steps-ttt 7 --memory 4",
                "-m model.gguf --rows 2048 --try",
                "-m model.gguf --measure --scale --html plan.html",
                "-m model.gguf --measure --tokens 5000000 --kept 0.65 --html plan.html",
                "--like llama-3.3-70b --memory 141 --tflops 400 --tokens 100000000");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        if (PublishedPlan.isAsked(values)) {
            refuseWithLike(values, MEASURE, TRY, SCALE, HTML);
            PublishedPlan.run(values, console);
            return;
        }
        if (!values.has(CommonParameters.MODEL)) {
            throw new UsageException("plan needs --model GGUF, or --like NAME of a published model");
        }
        try (TargetFile open = TargetFile.open(values)) {
            TargetModel target = open.target();
            console.tell(StartLine.of(target));
            PlannedSizes sizes = PlannedSizes.of(values, target.info());
            AdamW optimizer = optimizer(values);
            TrainingPlan plan = TrainingPlan.of(
                    target, sizes.vocabulary(), sizes.contextVocabulary(), optimizer, sizes.rows(), sizes.passes());
            Optional<TrainingCosts> costs = values.get(MEASURE)
                    ? Optional.of(measure(target, optimizer, console))
                    : CostMeasurement.known(target, optimizer);
            console.facts(PlanLines.sizes(plan, sizes).lines());
            budget(values, plan, target)
                    .ifPresent(memory -> console.facts(PlanLines.fit(
                                    plan,
                                    memory,
                                    TrainingPlan.mostTokens(
                                            target,
                                            sizes.vocabulary(),
                                            sizes.contextVocabulary(),
                                            optimizer,
                                            sizes.passes(),
                                            memory.bytes()))
                            .lines()));
            console.facts(PlanLines.time(costs, sizes, target).lines());
            if (values.get(TRY)) {
                console.facts(PlanLines.trial(
                                CostMeasurement.trial(
                                        target, optimizer, sizes.vocabulary(), sizes.rows(), sizes.passes()),
                                sizes)
                        .lines());
            }
            List<PlanScale> scales =
                    values.get(SCALE) ? scale(target, optimizer, needed(costs, "scale"), sizes, console) : List.of();
            scales.forEach(scale -> console.out().print(scale.print()));
            values.find(HTML).ifPresent(file -> PlanReport.of(needed(costs, "html"), sizes, scales, target)
                    .write(file));
        }
    }

    /** Its precision is all that a plan depends on. */
    static AdamW optimizer(ParameterValues values) {
        return AdamW.builder()
                .precision(values.get(LearningParameters.PRECISION))
                .build();
    }

    private static void refuseWithLike(ParameterValues values, Parameter<?>... parameters) {
        for (Parameter<?> parameter : parameters) {
            if (values.has(parameter)) {
                throw new UsageException(
                        "--" + parameter.name() + " needs the model itself; it can't be given with --like");
            }
        }
    }

    /** For the training alone: the target is there already. */
    private static Optional<AvailableMemory> budget(ParameterValues values, TrainingPlan plan, TargetModel target) {
        return asked(values, plan).or(() -> AvailableMemory.on(target.device()));
    }

    /** What --memory leaves for the training; empty if it isn't given. */
    static Optional<AvailableMemory> asked(ParameterValues values, TrainingPlan plan) {
        return values.find(MEMORY)
                .map(memory ->
                        new AvailableMemory(Math.max(0, (long) (memory * GIB) - plan.targetBytes()), "--memory"));
    }

    private static TrainingCosts needed(Optional<TrainingCosts> costs, String option) {
        return costs.orElseThrow(() -> new UsageException("--" + option + " needs measured costs: add --measure"));
    }

    private static List<PlanScale> scale(
            TargetModel target, AdamW optimizer, TrainingCosts costs, PlannedSizes sizes, Console console) {
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
