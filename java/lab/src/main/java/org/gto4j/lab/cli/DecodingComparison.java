package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.model.DraftWeights;
import org.gto4j.model.TargetModel;

/**
 * What {@code eval}, {@code bench}, {@code profile} and {@code parity} share: options that say which ways of decoding
 * are compared, and on what.
 */
final class DecodingComparison {
    /** What is compared unless --mode says otherwise, for help. */
    static final String ALL_MODES = "plain, lookup and, with drafts, chain, tree, static, cost-aware";

    static final Parameter<Path> PROMPTS = CommonParameters.PROMPTS.needed().repeated();
    private static final Parameter<Integer> LIMIT = Parameter.of(
                    ParameterGroup.TEXTS, "limit", "K", WholeNumbers.atLeast(1), "prompts of each file")
            .orElseSay("all");
    private static final Parameter<Integer> MAX_TOKENS = CommonParameters.MAX_TOKENS
            .type(WholeNumbers.atLeast(EvalOptions.LEAST_TOKENS))
            .help("tokens a prompt")
            .orElse(128);

    /** All but --mode, whose default is each command's own. */
    static final Parameters PARAMETERS = Parameters.of(
                    CommonParameters.MODEL,
                    CommonParameters.DRAFTS,
                    CommonParameters.DRAFT_WEIGHTS,
                    PROMPTS,
                    LIMIT,
                    MAX_TOKENS)
            .and(TreeSizes.LISTS)
            .and(TreeSizes.LOOKUP_BRANCH, TreeSizes.NODE_SCORER);

    private final List<Path> draftFiles;
    private final Optional<DraftWeights> draftWeights;
    private final Set<Mode> modes;
    private final TreeSizes sizes;
    private final EvalOptions options;
    private final List<Dataset> datasets;

    DecodingComparison(ParameterValues values, List<Mode> modes) {
        draftFiles = values.all(CommonParameters.DRAFTS);
        draftWeights = values.find(CommonParameters.DRAFT_WEIGHTS);
        this.modes = new LinkedHashSet<>(modes);
        modes.stream()
                .filter(mode -> mode.needsDraft() && draftFiles.isEmpty())
                .findFirst()
                .ifPresent(mode -> {
                    throw new UsageException("mode " + mode.label() + " needs --draft");
                });
        sizes = TreeSizes.lists(values);
        int limit = values.find(LIMIT).orElse(Integer.MAX_VALUE);
        options =
                new EvalOptions(values.get(MAX_TOKENS), TargetFile.f32Cache(values), values.get(CommonParameters.SEED));
        datasets = values.all(PROMPTS).stream()
                .map(file -> Dataset.read(file).limited(limit))
                .toList();
    }

    /** The parameter --mode. */
    static Parameter<List<Mode>> mode(String otherwise) {
        return Parameter.of(
                        ParameterGroup.DECODING,
                        "mode",
                        "LIST",
                        ValueType.list(ValueType.choice(Mode.ours().toList())),
                        "ways of decoding")
                .orElseSay(otherwise);
    }

    /** The modes that need no draft. */
    static List<Mode> plainModes() {
        return List.of(Mode.PLAIN, Mode.LOOKUP);
    }

    /** All modes. */
    static List<Mode> draftModes() {
        return List.of(Mode.PLAIN, Mode.LOOKUP, Mode.CHAIN, Mode.TREE, Mode.STATIC, Mode.COST_AWARE);
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

    LoadedDrafts drafts(TargetModel target) {
        return LoadedDrafts.load(target, draftFiles, draftWeights);
    }

    /** @param predicted whether costs are asked for all ways, so that their speed is predicted */
    List<Variant> variants(LoadedDrafts drafts, boolean predicted) {
        return drafts.variants(modes, sizes, options.f32Cache(), predicted);
    }
}
