package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.commons.cli.Options;
import org.gto4j.Generation;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Evaluator;
import org.gto4j.lab.eval.Measurement;
import org.gto4j.lab.eval.Variant;
import org.gto4j.lab.stock.StockOptions;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;

/** What {@code eval}, {@code bench} and {@code profile} share: measuring what is compared at some temperatures. */
final class Measuring {
    private final Comparing comparing;
    private final List<Double> temperatures;

    /** @param comparing made after the temperatures are read, since it reads files */
    Measuring(Values values, String defaultTemperatures, Function<Values, Comparing> comparing) {
        temperatures = values.numbers("temp", defaultTemperatures, 0);
        this.comparing = comparing.apply(values);
    }

    static Options addTo(Options comparing, String defaultTemperatures) {
        return comparing
                .addOption(CommandOptions.value(
                        null, "temp", "LIST", "temperatures (default " + defaultTemperatures + ")"))
                .addOption(
                        CommandOptions.value(null, "seed", "S", "of the samplers at temperatures above 0 (default 0)"))
                .addOption(CommandOptions.json("write the rows there, too"));
    }

    /** Measures our own ways only. */
    List<Measurement> measure(TargetModel target, Console console) {
        return measure(target, false, null, console, (way, statistics) -> {});
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
        try (Drafts drafts = comparing.drafts(target);
                Evaluator evaluator = new Evaluator(
                        target,
                        comparing.variants(drafts, predicted),
                        stock,
                        comparing.datasets(),
                        comparing.options())) {
            evaluator.watch(sink);
            List<Measurement> measurements = new ArrayList<>();
            for (double temperature : temperatures) {
                try (Progress progress = console.progress("temperature " + temperature)) {
                    measurements.addAll(
                            evaluator.run(temperature, List.of(), measurement -> console.checkStop(), (done, all) -> {
                                progress.update((double) done / all, done + " of " + all + " generations");
                                return true;
                            }));
                }
            }
            return measurements;
        } catch (GtoException e) {
            // Ctrl-C ends a stock server, too, which then fails to answer.
            console.checkStop();
            throw e;
        }
    }
}
