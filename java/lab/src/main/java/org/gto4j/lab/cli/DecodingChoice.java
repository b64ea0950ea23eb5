package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.gto4j.DecodingCosts;
import org.gto4j.Generation;
import org.gto4j.TreeDecoder;
import org.gto4j.common.ConstantName;
import org.gto4j.lab.eval.Mode;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftWeights;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/** How {@code generate} and {@code chat} decode: with which draft, in which way, and how tokens are drawn. */
final class DecodingChoice {
    private static final List<Mode> MODES = Mode.ours().toList();

    private static final Parameter<Mode> MODE = Parameter.of(
                    ParameterGroup.DECODING, "mode", "MODE", ValueType.choice(MODES), "how to decode")
            .orElseSay("cost-aware with a draft, unless --tree, --chain or --static is given; else plain");

    static final Parameters PARAMETERS = Parameters.of(MODE, CommonParameters.DRAFT_WEIGHTS)
            .and(TreeSizes.SINGLE)
            .and(
                    TreeSizes.DRAWN_CHILD,
                    TreeSizes.LOOKUP_BRANCH,
                    TreeSizes.NODE_SCORER,
                    CommonParameters.TEMPERATURE,
                    CommonParameters.SEED);

    private final Mode mode;
    private final TreeSizes sizes;
    private final @Nullable Path draft;
    private final Optional<DraftWeights> draftWeights;

    private DecodingChoice(Mode mode, TreeSizes sizes, @Nullable Path draft, Optional<DraftWeights> draftWeights) {
        this.mode = mode;
        this.sizes = sizes;
        this.draft = draft;
        this.draftWeights = draftWeights;
    }

    static DecodingChoice of(ParameterValues values) {
        Optional<Path> file = values.find(CommonParameters.DRAFT);
        Mode mode = values.find(MODE).orElseGet(() -> file.isPresent() ? modeOfSizes(values) : Mode.PLAIN);
        TreeSizes sizes = TreeSizes.single(values);
        if (mode.needsDraft() && file.isEmpty()) {
            throw new UsageException("mode " + mode.label() + " needs --draft");
        }
        if (values.has(TreeSizes.LOOKUP_BRANCH) && mode != Mode.COST_AWARE && mode != Mode.TREE) {
            throw new UsageException("option --lookup-branch is for mode " + Mode.TREE.label() + " ("
                    + Mode.COST_AWARE.label() + " always has it), found " + mode.label());
        }
        if (values.has(TreeSizes.NODE_SCORER) && !mode.needsDraft()) {
            throw new UsageException("option --node-scorer is for modes with a draft, found " + mode.label());
        }
        return new DecodingChoice(
                mode, sizes, mode.needsDraft() ? file.get() : null, values.find(CommonParameters.DRAFT_WEIGHTS));
    }

    /** Who gives a size wants that kind of draft. */
    private static Mode modeOfSizes(ParameterValues values) {
        return values.has(TreeSizes.TREE)
                ? Mode.TREE
                : values.has(TreeSizes.CHAIN)
                        ? Mode.CHAIN
                        : values.has(TreeSizes.STATIC) ? Mode.STATIC : Mode.COST_AWARE;
    }

    /** How tokens are drawn. */
    static SamplerOptions sampler(ParameterValues values) {
        return SamplerOptions.builder()
                .temperature(values.get(CommonParameters.TEMPERATURE).floatValue())
                .seed(values.get(CommonParameters.SEED))
                .build();
    }

    /** The draft, which the caller closes; null if the mode needs none. */
    @Nullable DraftModel loadDraft(TargetModel target) {
        return draft == null ? null : LoadedDrafts.load(target, draft, draftWeights);
    }

    /** Which trees are drafted; costs are measured if that depends on them. */
    TreePolicy policy(TargetModel target, @Nullable DraftModel loaded) {
        return sizes.policy(mode, () -> DecodingCosts.of(target, Objects.requireNonNull(loaded, "draft"), false));
    }

    /** A decoder, which the caller closes. */
    static TreeDecoder decoder(TargetModel target, @Nullable DraftModel draft, TreePolicy policy) {
        return TreeDecoder.builder(target).draft(draft).policy(policy).build();
    }

    /** Why a generation ended, in words. */
    static String ending(Generation.FinishReason reason) {
        return ConstantName.spaced(reason);
    }
}
