package org.gto4j.lab.cli;

import java.util.Locale;
import java.util.Optional;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.AdamW;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.Device;
import org.gto4j.model.PublishedTarget;
import org.gto4j.model.TargetInfo;
import org.gto4j.train.CostMeasurement;
import org.gto4j.train.TrainingCosts;
import org.gto4j.train.TrainingPlan;

/** {@code plan --like}: what training takes for a published model whose file isn't there. */
final class PublishedPlan {
    private static final Parameter<PublishedTarget> LIKE = Parameter.of(
            ParameterGroup.MODEL,
            "like",
            "NAME",
            ValueType.labelled(PublishedTarget.class, PublishedTarget::label),
            "plan for a published model of these sizes instead; no file of it is needed");
    private static final Parameter<Double> BITS = Parameter.of(
                    ParameterGroup.MODEL,
                    "bits",
                    "N",
                    Numbers.above(0),
                    "with --like: bits of a weight of the target; F16 has 16, Q8_0 8.5, Q4_K_M about 4.8")
            .orElse(8.5);
    private static final Parameter<Double> TFLOPS = Parameter.of(
            ParameterGroup.MACHINE,
            "tflops",
            "N",
            Numbers.above(0),
            "with --like: what the device reaches in products of matrices, in 10^12 operations a second; without it "
                    + "what was measured for -m's model counts, operation by operation");

    static final Parameters PARAMETERS = Parameters.of(LIKE, BITS, TFLOPS);

    private static final double TERA = 1e12;
    private static final double HOUR = 3600;

    private final ParameterValues values;
    private final PublishedTarget published;
    private final TargetInfo target;
    private final PlannedSizes sizes;
    private final AdamW optimizer;

    private PublishedPlan(ParameterValues values) {
        this.values = values;
        published = values.get(LIKE);
        target = published.info(values.get(BITS));
        sizes = PlannedSizes.of(values, target);
        optimizer = PlanCommand.optimizer(values);
    }

    static boolean isAsked(ParameterValues values) {
        return values.has(LIKE);
    }

    /** Plans for the model of --like. */
    static void run(ParameterValues values, Console console) {
        new PublishedPlan(values).print(console);
    }

    private void print(Console console) {
        try (Device device = TargetFile.device(values)) {
            TrainingPlan plan = TrainingPlan.of(
                    device,
                    target,
                    sizes.vocabulary(),
                    sizes.contextVocabulary(),
                    optimizer,
                    sizes.rows(),
                    sizes.passes());
            console.facts(PlanLines.published(published, values.get(BITS)).lines());
            console.facts(PlanLines.sizes(plan, sizes).lines());
            console.facts(PlanLines.disk(plan, sizes).lines());
            budget(plan, device)
                    .ifPresent(memory -> console.facts(PlanLines.fit(
                                    plan,
                                    memory,
                                    TrainingPlan.mostTokens(
                                            device,
                                            target,
                                            sizes.vocabulary(),
                                            sizes.contextVocabulary(),
                                            optimizer,
                                            sizes.passes(),
                                            memory.bytes()))
                            .lines()));
            console.facts(time(device).lines());
        }
    }

    /** What is left beside the target. */
    private Optional<AvailableMemory> budget(TrainingPlan plan, Device device) {
        return PlanCommand.asked(values, plan).or(() -> AvailableMemory.on(device)
                .map(there -> new AvailableMemory(
                        Math.max(0, there.bytes() - plan.targetBytes()), there.limit() + ", less the target")));
    }

    private String time(Device device) {
        if (values.has(TFLOPS)) {
            double speed = values.get(TFLOPS) * TERA;
            return PlanLines.time(TrainingCosts.atSpeed(speed), sizes, target, values.get(TFLOPS) + " TFLOPS")
                    + PlanLines.reading(2.0 * target.parameters() * sizes.tokens() / speed / HOUR);
        }
        if (!values.has(CommonParameters.MODEL)) {
            return PlanLines.unknownTime("say --tflops N of the device, or -m MODEL with --measure");
        }
        try (TargetFile open = TargetFile.open(values)) {
            Optional<TrainingCosts> known = CostMeasurement.known(open.target(), optimizer);
            return known.map(costs -> PlanLines.time(
                            costs, sizes, target, "as " + open.target().path().getFileName() + " on " + device.kind()))
                    .orElseGet(() -> PlanLines.unknownTime(String.format(
                            Locale.ROOT,
                            "'gto4j plan -m %s --measure' measures it",
                            open.target().path())));
        }
    }
}
