package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.gto4j.lab.figure.Chart;
import org.gto4j.lab.figure.Series;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.model.AdamW;
import org.gto4j.model.TargetModel;
import org.gto4j.train.CostMeasurement;
import org.gto4j.train.TrainingCosts;

/**
 * How a training step's time grows with one of its sizes while the others stay as planned, measured beside what the
 * fitted costs say.
 *
 * @param axis the size
 * @param values of it, ascending
 * @param real milliseconds a response token, one a value, no row leaves
 * @param fitted the same by the costs
 */
record PlanScale(String axis, int[] values, double[] real, double[] fitted) {
    private static final int PARTS = 4;

    /** Sizes of a step. */
    private record Step(int tokens, int vocabulary, int passes) {}

    /**
     * Measures micro-batches, draft vocabularies and passes up to those planned.
     *
     * @param progress gets the share done, 0..1; may throw to stop
     */
    static List<PlanScale> measure(
            TargetModel target, AdamW optimizer, TrainingCosts costs, PlannedSizes sizes, DoubleConsumer progress) {
        List<PlanScale> axes = new ArrayList<>();
        int[] tokens = halves(sizes.rows(), 3);
        int[] vocabularies = halves(sizes.vocabulary(), 1);
        int[] passes = halves(sizes.passes(), 1);
        int all = tokens.length + vocabularies.length + passes.length;
        axes.add(of(
                "tokens of a micro-batch",
                tokens,
                n -> new Step(n, sizes.vocabulary(), sizes.passes()),
                target,
                optimizer,
                costs,
                done -> progress.accept((double) done / all)));
        axes.add(of(
                "draft vocabulary",
                vocabularies,
                n -> new Step(sizes.rows(), n, sizes.passes()),
                target,
                optimizer,
                costs,
                done -> progress.accept((double) (tokens.length + done) / all)));
        axes.add(of(
                "passes",
                passes,
                n -> new Step(sizes.rows(), sizes.vocabulary(), n),
                target,
                optimizer,
                costs,
                done -> progress.accept((double) (tokens.length + vocabularies.length + done) / all)));
        return axes;
    }

    /** The largest value, its half and so on. */
    private static int[] halves(int largest, int least) {
        return IntStream.range(0, PARTS)
                .map(i -> Math.max(least, largest >> PARTS - 1 - i))
                .distinct()
                .toArray();
    }

    private static PlanScale of(
            String axis,
            int[] values,
            IntFunction<Step> sizes,
            TargetModel target,
            AdamW optimizer,
            TrainingCosts costs,
            IntConsumer progress) {
        double[] real = new double[values.length];
        double[] fitted = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            progress.accept(i);
            Step step = sizes.apply(values[i]);
            real[i] = 1e3
                    * CostMeasurement.trial(target, optimizer, step.vocabulary, step.tokens, step.passes)
                            .seconds()
                    / (step.tokens - 2);
            fitted[i] = 1e3 * costs.secondsPerToken(target.info(), step.vocabulary, step.tokens, step.passes, 1);
        }
        return new PlanScale(axis, values, real, fitted);
    }

    /** Three lines. */
    String print() {
        return TextTable.print(
                List.of(
                        line(
                                axis,
                                IntStream.of(values).mapToObj(Integer::toString).toList()),
                        line("  measured, ms a token", texts(real)),
                        line("  by the costs", texts(fitted))),
                1);
    }

    private static List<String> line(String name, List<String> cells) {
        List<String> line = new ArrayList<>(List.of(String.format(Locale.ROOT, "%-25s", name)));
        line.addAll(cells);
        return line;
    }

    private static List<String> texts(double[] numbers) {
        return IntStream.range(0, numbers.length)
                .mapToObj(i -> String.format(Locale.ROOT, "%.3f", numbers[i]))
                .toList();
    }

    Chart chart() {
        double[] x = IntStream.of(values).asDoubleStream().toArray();
        return new Chart(
                "Time by " + axis,
                axis,
                "ms a response token",
                List.of(new Series("measured", x, real), new Series("by the costs", x, fitted)));
    }
}
