package org.gto4j;

import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftInfo;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DrawnChildren;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetInfo;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a decoder works with.
 *
 * @param target the model
 * @param draft of it; null if the policy needs none
 * @param trees which trees are drafted
 * @param context most tokens of a prompt and its continuation
 * @param f32Cache whether the target's keys and values are kept in F32
 */
record DecoderParts(TargetModel target, @Nullable DraftModel draft, TreePolicy trees, int context, boolean f32Cache) {
    /** Most sequences of a session. */
    static final int MOST_SEQUENCES = 256;

    private static final int DEFAULT_CONTEXT = 4096;
    private static final int LEAST_CONTEXT = 8;
    private static final Logger LOG = LoggerFactory.getLogger(DecoderParts.class);

    /**
     * Fills in what a builder wasn't told.
     *
     * @param policy null: plain decoding without a draft, else cost-aware trees
     * @param context 0: 4096 or what the target was trained on, if less
     */
    static DecoderParts of(
            TargetModel target,
            @Nullable DraftModel draft,
            @Nullable TreePolicy policy,
            int context,
            boolean f32Cache) {
        TreePolicy trees = trees(target, draft, policy, f32Cache);
        Arguments.check(
                trees.maxLeaves() < MOST_SEQUENCES,
                "%s may have %d leaves, at most %d can be verified",
                trees.name(),
                trees.maxLeaves(),
                MOST_SEQUENCES - 1);
        int tokens = context > 0
                ? context
                : Math.max(
                        LEAST_CONTEXT, Math.min(DEFAULT_CONTEXT, target.info().trainedContext()));
        return new DecoderParts(target, trees.needsDraft() ? draft : null, trees, tokens, f32Cache);
    }

    private static TreePolicy trees(
            TargetModel target, @Nullable DraftModel draft, @Nullable TreePolicy policy, boolean f32Cache) {
        if (target.info().recurrent()) {
            if (draft != null || (policy != null && policy.maxNodes() > 0)) {
                LOG.warn(
                        "{}: a recurrent model's past can't branch into trees: it decodes plainly, without a draft",
                        target.path());
            }
            return new NoTree();
        }
        if (policy != null && !policy.needsDraft()) {
            return policy;
        }
        if (draft == null) {
            return new NoTree();
        }
        checkFit(target.info(), draft.info());
        return policy != null ? policy : new CostAwareTree(DecodingCosts.of(target, draft, f32Cache));
    }

    private static void checkFit(TargetInfo expected, DraftInfo info) {
        Arguments.check(
                info.hidden() == expected.hidden() && info.vocabulary() == expected.vocabulary(),
                "the draft is for a target of hidden size %d and vocabulary %d, this target has %d and %d",
                info.hidden(),
                info.vocabulary(),
                expected.hidden(),
                expected.vocabulary());
    }

    /** Fails with kind ARGUMENT if a builder's context is too small. */
    static int checkedContext(int tokens) {
        Arguments.atLeast("context", tokens, LEAST_CONTEXT);
        return tokens;
    }

    /** Fails with kind CONTEXT if the context doesn't hold the prompt, ARGUMENT if it is empty. */
    void checkPrompt(int[] prompt) {
        Arguments.atLeast("number of prompt tokens", prompt.length, 1);
        if (prompt.length > context) {
            throw new GtoException(
                    GtoException.Kind.CONTEXT,
                    "the prompt has " + prompt.length + " tokens, the context holds " + context);
        }
    }

    /** A session for a number of texts at once. */
    TargetSession newSession(int texts, int batch, int sequences) {
        Arguments.check(
                (long) texts * context <= Integer.MAX_VALUE,
                "%d texts of %d tokens: expected at most %d in all",
                texts,
                context,
                Integer.MAX_VALUE);
        return target.newSession(SessionOptions.builder()
                .context(texts * context)
                .batch(batch)
                .sequences(sequences)
                .taps(draft != null ? draft.info().taps() : null)
                .f32Cache(f32Cache)
                .build());
    }

    /**
     * Room for the drawn children of a text, which the caller closes; null if its trees have none: the policy wants
     * none, there is no draft, or the text is greedy.
     */
    @Nullable DrawnChildren newDrawnChildren(SamplerOptions sampler) {
        DrawnChild how = trees.drawnChild();
        return how == null || draft == null || sampler.temperature() == 0
                ? null
                : DrawnChildren.openWithin(target, how, sampler.seed());
    }

    /** Drafts for one text after the other. */
    Drafting newDrafting() {
        return new Drafting(draft, trees, context, target.info().recurrent());
    }
}
