package org.gto4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

import org.apache.commons.cli.Options;
import org.gto4j.Generation;
import org.gto4j.TargetModel;
import org.gto4j.eval.Dataset;
import org.gto4j.eval.EvalOptions;
import org.gto4j.eval.Evaluator;
import org.gto4j.eval.Measurement;
import org.gto4j.eval.Mode;
import org.gto4j.eval.Variant;

/** What {@code eval}, {@code bench} and {@code profile} share: options that say what is compared, and the measuring. */
final class Comparing {
    private static final int DEFAULT_TOKENS = 128;

    private final List<Path> draftFiles;
    private final Set<Mode> modes;
    private final List<Double> temperatures;
    private final TreeSizes sizes;
    private final EvalOptions options;
    private final List<Dataset> datasets;

    Comparing(Values values, String defaultModes, String defaultTemperatures) {
        draftFiles = values.paths("draft");
        modes = new LinkedHashSet<>(values.parts("mode", defaultModes).stream().map(Comparing::mode).toList());
        modes.stream().filter(mode -> mode.needsDraft() && draftFiles.isEmpty()).findFirst().ifPresent(mode -> {
            throw new UsageException("mode " + mode.label() + " needs --draft");
        });
        sizes = new TreeSizes(values);
        temperatures = values.numbers("temp", defaultTemperatures, 0);
        int limit = values.integer("limit", Integer.MAX_VALUE, 1);
        options = new EvalOptions(values.integer("max-tokens", DEFAULT_TOKENS, 2), values.has("f32-cache"), values.integer("seed", 0, Integer.MIN_VALUE));
        datasets = values.paths("prompts").stream().map(file -> Dataset.read(file).limited(limit)).toList();
    }

    static Options addTo(Options computing, String defaultModes, String defaultTemperatures) {
        return TreeSizes.addTo(computing.addOption(Opt.model())
            .addOption(Opt.value("d", "draft", "GGUF", "a draft of this target; may be repeated"))
            .addOption(Opt.needed(null, "prompts", "JSONL", "prompts, {\"prompt\": ...} or {\"turns\": [...]} a line; "
                + "the first turn is asked; may be repeated"))
            .addOption(Opt.value(null, "mode", "LIST", "of plain, lookup, chain, tree, cost-aware (default: " + defaultModes + ")"))
            .addOption(Opt.value(null, "temp", "LIST", "temperatures (default " + defaultTemperatures + ")"))
            .addOption(Opt.value("n", "max-tokens", "N", "tokens a prompt (default " + DEFAULT_TOKENS + ")"))
            .addOption(Opt.value(null, "limit", "K", "prompts of each file (default: all)"))
            .addOption(Opt.value(null, "seed", "S", "of the samplers at temperatures above 0 (default 0)"))
            .addOption(Opt.flag("f32-cache", "keep the target's keys and values in F32"))
            .addOption(Opt.value(null, "json", "FILE", "write the rows there, too")));
    }

    static Mode mode(String label) {
        try {
            return Mode.of(label);
        } catch (RuntimeException e) {
            throw new UsageException("option --mode: " + e.getMessage());
        }
    }

    List<Measurement> measure(TargetModel target, Console console) {
        return measure(target, console, (way, statistics) -> { });
    }

    /** @param sink gets what each generation was like */
    List<Measurement> measure(TargetModel target, Console console, BiConsumer<Variant, Generation.Statistics> sink) {
        try (Drafts drafts = Drafts.load(target, draftFiles);
                Evaluator evaluator = new Evaluator(target, drafts.variants(modes, sizes, options.f32Cache()), datasets, options)) {
            evaluator.watch(sink);
            List<Measurement> measurements = new ArrayList<>();
            for (double temperature : temperatures) {
                try (Progress progress = console.progress("temperature " + temperature)) {
                    measurements.addAll(evaluator.run(temperature, List.of(), measurement -> console.checkStop(), (done, all) -> {
                        progress.update((double) done / all, done + " of " + all + " generations");
                        return true;
                    }));
                }
            }
            return measurements;
        }
    }
}
