package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.cli.Options;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.model.TargetModel;

/**
 * What {@code eval}, {@code bench}, {@code profile} and {@code parity} share: options that say which ways of decoding
 * are compared, and on what.
 */
final class Comparing {
    private static final String PLAIN_MODES = "plain,lookup";
    private static final String DRAFT_MODES = "plain,lookup,chain,tree,static,cost-aware";
    /** What {@link #Comparing(Values)} compares, for help. */
    static final String ALL_MODES = "plain, lookup and, with drafts, chain, tree, static, cost-aware";

    private static final int DEFAULT_TOKENS = 128;

    private final List<Path> draftFiles;
    private final Set<Mode> modes;
    private final TreeSizes sizes;
    private final EvalOptions options;
    private final List<Dataset> datasets;

    /** All ways that there are, unless --mode is given. */
    Comparing(Values values) {
        this(values, values.has("draft") ? DRAFT_MODES : PLAIN_MODES);
    }

    Comparing(Values values, String defaultModes) {
        draftFiles = values.paths("draft");
        modes = new LinkedHashSet<>(values.someParts("mode", defaultModes).stream()
                .map(Comparing::mode)
                .toList());
        modes.stream()
                .filter(mode -> mode.needsDraft() && draftFiles.isEmpty())
                .findFirst()
                .ifPresent(mode -> {
                    throw new UsageException("mode " + mode.label() + " needs --draft");
                });
        sizes = new TreeSizes(values);
        int limit = values.integer("limit", Integer.MAX_VALUE, 1);
        options = new EvalOptions(
                values.integer("max-tokens", DEFAULT_TOKENS, 2), values.has("f32-cache"), values.seed(0));
        datasets = values.paths("prompts").stream()
                .map(file -> Dataset.read(file).limited(limit))
                .toList();
    }

    static Options addTo(Options computing, String defaultModes) {
        return TreeSizes.addListsTo(computing
                .addOption(CommandOptions.model())
                .addOption(CommandOptions.file(
                        "d", "draft", "GGUF", FileUse.GGUF_IN, "a draft of this target; may be repeated"))
                .addOption(CommandOptions.neededFile(
                        null,
                        "prompts",
                        "JSONL",
                        FileUse.TEXTS_IN,
                        "prompts, {\"prompt\": ...} or {\"turns\": [...]} a line; "
                                + "the first turn is asked; may be repeated"))
                .addOption(CommandOptions.value(
                        null,
                        "mode",
                        "LIST",
                        "of " + Mode.ours().map(Mode::label).collect(Collectors.joining(", ")) + " (default: "
                                + defaultModes + ")"))
                .addOption(CommandOptions.value(
                        "n", "max-tokens", "N", "tokens a prompt (default " + DEFAULT_TOKENS + ")"))
                .addOption(CommandOptions.value(null, "limit", "K", "prompts of each file (default: all)"))
                .addOption(CommandOptions.flag("f32-cache", "keep the target's keys and values in F32")));
    }

    /** The mode of a label of --mode. */
    static Mode mode(String label) {
        return Mode.ours()
                .filter(mode -> mode.label().equals(label))
                .findFirst()
                .orElseThrow(() -> Values.wrong(
                        "mode", "of " + Mode.ours().map(Mode::label).toList(), label));
    }

    EvalOptions options() {
        return options;
    }

    List<Dataset> datasets() {
        return datasets;
    }

    List<Path> draftFiles() {
        return draftFiles;
    }

    Drafts drafts(TargetModel target) {
        return Drafts.load(target, draftFiles);
    }

    /** @param predicted whether costs are asked for all ways, so that their speed is predicted */
    List<Variant> variants(Drafts drafts, boolean predicted) {
        return drafts.variants(modes, sizes, options.f32Cache(), predicted);
    }
}
