package org.gto4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.commons.cli.Options;
import org.gto4j.DecodingCosts;
import org.gto4j.DraftModel;
import org.gto4j.TargetModel;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.Folders;
import org.gto4j.eval.Bootstrap;
import org.gto4j.eval.Dataset;
import org.gto4j.eval.EvalOptions;
import org.gto4j.eval.EvalRow;
import org.gto4j.eval.EvalTable;
import org.gto4j.eval.Evaluator;
import org.gto4j.eval.Measurement;
import org.gto4j.eval.Mode;
import org.gto4j.eval.Summary;
import org.gto4j.eval.Variant;

/** {@code gto4j eval}. */
final class EvalCommand implements Command {
    private static final int DEFAULT_TOKENS = 128;

    @Override
    public String name() {
        return "eval";
    }

    @Override
    public String summary() {
        return "measures tokens per cycle (tau) and speed of drafts on prompt files, side by side with plain decoding";
    }

    @Override
    public Options options() {
        Options options = Opt.computing().addOption(Opt.model())
            .addOption(Opt.value("d", "draft", "GGUF", "a draft of this target; may be repeated (default: plain decoding only)"))
            .addOption(Opt.needed(null, "prompts", "JSONL", "prompts, {\"prompt\": ...} or {\"turns\": [...]} a line; "
                + "the first turn is asked; may be repeated"))
            .addOption(Opt.value(null, "mode", "LIST", "of plain, lookup, chain, tree, cost-aware (default: plain and, with drafts, chain and tree)"))
            .addOption(Opt.value(null, "temp", "LIST", "temperatures (default 0)"))
            .addOption(Opt.value("n", "max-tokens", "N", "tokens a prompt (default " + DEFAULT_TOKENS + ")"))
            .addOption(Opt.value(null, "limit", "K", "prompts of each file (default: all)"))
            .addOption(Opt.value(null, "seed", "S", "of the samplers at temperatures above 0 (default 0)"))
            .addOption(Opt.flag("f32-cache", "keep the target's keys and values in F32"))
            .addOption(Opt.value(null, "json", "FILE", "write the rows there, too"));
        return TreeSizes.addTo(options);
    }

    @Override
    public List<String> examples() {
        return List.of("-m model.gguf -d draft-gto.gguf --prompts questions.jsonl",
            "-m model.gguf -d draft-eagle3.gguf -d draft-gto.gguf --prompts a.jsonl --prompts b.jsonl "
                + "--mode plain,tree --temp 0,1 -n 96 --limit 20 --json rows.json",
            "-m model.gguf -d draft.gguf --prompts questions.jsonl --tree 8/4/4 --chain 3");
    }

    @Override
    public void run(Values values, Console console) {
        List<Path> draftFiles = values.paths("draft");
        List<String> labels = values.parts("mode", draftFiles.isEmpty() ? "plain" : "plain,chain,tree");
        Set<Mode> modes = new LinkedHashSet<>(labels.stream().map(EvalCommand::mode).toList());
        modes.stream().filter(mode -> mode.needsDraft() && draftFiles.isEmpty()).findFirst().ifPresent(mode -> {
            throw new UsageException("mode " + mode.label() + " needs --draft");
        });
        TreeSizes sizes = new TreeSizes(values);
        List<Double> temperatures = values.numbers("temp", "0", 0);
        int limit = values.integer("limit", Integer.MAX_VALUE, 1);
        EvalOptions options = new EvalOptions(values.integer("max-tokens", DEFAULT_TOKENS, 2), values.has("f32-cache"),
            values.integer("seed", 0, Integer.MIN_VALUE));
        values.path("json").ifPresent(Folders::requireWritable);
        List<Dataset> datasets = values.paths("prompts").stream().map(file -> Dataset.read(file).limited(limit)).toList();
        try (TargetFile open = TargetFile.open(values); Drafts drafts = Drafts.load(open.target(), draftFiles);
                Evaluator evaluator = new Evaluator(open.target(), drafts.variants(modes, sizes, options.f32Cache()), datasets, options)) {
            List<EvalRow> rows = Summary.rows(measure(evaluator, temperatures, console), Bootstrap.standard());
            console.out().print(EvalTable.print(rows));
            values.path("json").ifPresent(file -> AtomicFile.write(file, EvalRow.toJson(rows)));
        }
    }

    private static Mode mode(String label) {
        try {
            return Mode.of(label);
        } catch (RuntimeException e) {
            throw new UsageException("option --mode: " + e.getMessage());
        }
    }

    private static List<Measurement> measure(Evaluator evaluator, List<Double> temperatures, Console console) {
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

    /** Loaded drafts by label: the file's name without ending and without a leading "draft-". */
    private static final class Drafts implements AutoCloseable {
        private final Map<String, DraftModel> byLabel = new LinkedHashMap<>();

        static Drafts load(TargetModel target, List<Path> files) {
            Drafts drafts = new Drafts();
            try {
                for (Path file : files) {
                    String label = label(file);
                    if (drafts.byLabel.containsKey(label)) {
                        throw new UsageException("two drafts are called '" + label + "'; rename one of the files");
                    }
                    drafts.byLabel.put(label, DraftModel.load(target, file));
                }
                return drafts;
            } catch (RuntimeException | Error e) {
                drafts.close();
                throw e;
            }
        }

        private static String label(Path file) {
            String name = file.getFileName().toString().replaceFirst("\\.gguf$", "");
            return name.startsWith("draft-") && name.length() > "draft-".length() ? name.substring("draft-".length()) : name;
        }

        List<Variant> variants(Set<Mode> modes, TreeSizes sizes, boolean f32Cache) {
            List<Variant> variants = new ArrayList<>();
            modes.stream().filter(mode -> !mode.needsDraft()).forEach(mode -> variants.add(new Variant("none", mode, null, sizes.policy(mode, () -> null))));
            byLabel.forEach((label, draft) -> modes.stream().filter(Mode::needsDraft)
                .forEach(mode -> variants.add(new Variant(label, mode, draft, sizes.policy(mode, () -> DecodingCosts.of(draft.target(), draft, f32Cache))))));
            return variants;
        }

        @Override
        public void close() {
            byLabel.values().forEach(DraftModel::close);
        }
    }
}
