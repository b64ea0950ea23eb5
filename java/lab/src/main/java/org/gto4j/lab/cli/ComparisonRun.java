package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.gto4j.Generation;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Evaluator;
import org.gto4j.lab.eval.LeftOut;
import org.gto4j.lab.eval.Measurement;
import org.gto4j.lab.eval.Variant;
import org.gto4j.lab.stock.StockOptions;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;

/** What {@code eval}, {@code bench} and {@code profile} share: measuring what is compared at some temperatures. */
final class ComparisonRun {
    /** All but --temp, whose default is each command's own. */
    static final Parameters PARAMETERS =
            Parameters.of(TreeSizes.DRAWN_CHILDREN, CommonParameters.SEED, CommonParameters.JSON);

    private final DecodingComparison comparison;
    private final List<Double> temperatures;
    private List<LeftOut> leftOut = List.of();

    /** @param comparison makes after the temperatures are read, since it reads files */
    ComparisonRun(
            ParameterValues values,
            Parameter<List<Double>> temperature,
            Function<ParameterValues, DecodingComparison> comparison) {
        temperatures = values.get(temperature);
        this.comparison = comparison.apply(values);
    }

    /** The parameter --temp, a list. */
    static Parameter<List<Double>> temperatures(List<Double> otherwise) {
        return Parameter.of(
                        ParameterGroup.SAMPLING,
                        "temp",
                        "LIST",
                        ValueType.list(Numbers.atLeast(0)),
                        "temperatures; 0 is greedy")
                .orElse(otherwise);
    }

    /** Ways that the last measurement gave up. */
    List<LeftOut> leftOut() {
        return leftOut;
    }

    /** Measures our own ways only. */
    List<Measurement> measure(TargetModel target, Console console) {
        return measure(target, false, null, console, (method, statistics) -> {});
    }

    /**
     * Measures all prompts in all ways.
     *
     * @param predicted whether measured costs predict the speed of each way, too
     * @param stock stock llama.cpp that is measured, too, or null
     * @param sink gets what each generation of ours was like
     */
    List<Measurement> measure(
            TargetModel target,
            boolean predicted,
            @Nullable StockOptions stock,
            Console console,
            BiConsumer<Variant, Generation.Statistics> sink) {
        try (LoadedDrafts drafts = comparison.drafts(target);
                Evaluator evaluator = new Evaluator(
                        target,
                        comparison.variants(drafts, predicted),
                        stock,
                        comparison.datasets(),
                        comparison.options())) {
            evaluator.watch(sink);
            List<Measurement> measurements = new ArrayList<>();
            for (double temperature : temperatures) {
                try (Progress progress = console.progress(
                        "temperature " + CommonParameters.TEMPERATURE.type().print(temperature))) {
                    measurements.addAll(
                            evaluator.run(temperature, List.of(), measurement -> console.checkStop(), (done, all) -> {
                                progress.update((double) done / all, done + " of " + all + " generations");
                                return true;
                            }));
                }
            }
            leftOut = evaluator.leftOut();
            return measurements.stream()
                    .filter(measured ->
                            leftOut.stream().noneMatch(way -> way.method().equals(measured.method())))
                    .toList();
        } catch (GtoException e) {
            // Ctrl-C ends a stock server, too, which then fails to answer.
            console.checkStop();
            throw e;
        }
    }
}
