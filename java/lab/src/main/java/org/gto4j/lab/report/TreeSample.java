package org.gto4j.lab.report;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.common.RecordValues;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptTokens;
import org.gto4j.error.GtoException;
import org.gto4j.lab.diagnosis.PathCycle;
import org.gto4j.lab.eval.Variant;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * One cycle of a generation.
 *
 * @param before text that was generated before the cycle
 * @param root text of the root's token
 * @param tree the nodes that are shown: first those of the draft's tree, then those of its greedy path that the tree
 *     lost
 * @param labels text of each node's token
 * @param accepted nodes that the target accepted, from the root down
 * @param next text of the target's own token after them, empty if generation ended there
 * @param kept number of the draft tree's own nodes; the others were lost
 * @param greedy nodes of the draft's greedy path, from the root down; empty if it isn't marked
 * @param target for each node the target's probability of its token after its parent; null if unknown
 */
public record TreeSample(
        String before,
        String root,
        DraftTree tree,
        List<String> labels,
        int[] accepted,
        String next,
        int kept,
        int[] greedy,
        float @Nullable [] target) {
    /** A cycle's tree alone. */
    public TreeSample(String before, String root, DraftTree tree, List<String> labels, int[] accepted, String next) {
        this(before, root, tree, labels, accepted, next, tree.size(), new int[0], null);
    }

    /**
     * A cycle of a known text, beside the greedy path.
     *
     * @param text tokens of prompt and response
     * @param promptLength of them
     * @param probabilities for each node of {@link PathCycle#withGreedyPath()} the target's probability of its token
     *     after its parent, or null
     */
    public static TreeSample of(
            TargetModel target, int[] text, int promptLength, PathCycle cycle, float @Nullable [] probabilities) {
        if (promptLength < 0 || promptLength > cycle.root() || cycle.root() >= text.length) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "text '" + cycle.id() + "': expected a prompt that ends before the root and a text that holds it, "
                            + "found " + text.length + " tokens, promptLength " + promptLength + " and the root at "
                            + cycle.root());
        }
        DraftTree shown = cycle.withGreedyPath();
        int next = cycle.root() + 1 + cycle.accepted().length;
        return new TreeSample(
                target.text(Arrays.copyOfRange(text, promptLength, cycle.root())),
                target.text(text[cycle.root()]),
                shown,
                Arrays.stream(shown.tokens()).mapToObj(target::text).toList(),
                cycle.accepted(),
                next < text.length ? target.text(text[next]) : "",
                cycle.tree().size(),
                shown.path(cycle.greedy().tokens(), 0),
                probabilities);
    }

    /** What the picture shows. */
    String legend() {
        return "Each box is a node: its token and the draft's probability of it after its parent"
                + (target == null ? "" : " / the target's")
                + "; thicker lines are more probable paths. "
                + (greedy.length == 0 ? "" : "Amber is the draft's greedy path, dashed what the tree lost of it. ")
                + "Green is what the target accepted: " + accepted.length + " of " + kept + " nodes,";
    }

    /**
     * Answers a prompt greedily with a variant that drafts and returns the cycle with the longest accepted path (the
     * first of them).
     *
     * @param maxTokens tokens to generate, at least 2
     * @return empty if no tree was grown
     */
    public static Optional<TreeSample> take(TargetModel target, Variant variant, Prompt prompt, int maxTokens) {
        TreeRecorder recorder = new TreeRecorder(variant.policy());
        int[] tokens = PromptTokens.of(target, prompt, List.of());
        int context = tokens.length + maxTokens + recorder.maxNodes() + 8;
        try (TreeDecoder decoder = TreeDecoder.builder(target)
                .draft(variant.draft())
                .policy(recorder)
                .context(context)
                .build()) {
            return longest(
                    target,
                    decoder.generate(
                            tokens,
                            GenerationOptions.builder().maxTokens(maxTokens).build()),
                    recorder.trees());
        }
    }

    private static Optional<TreeSample> longest(TargetModel target, Generation generation, List<DraftTree> trees) {
        int[] gained = generation.statistics().acceptedPerCycle();
        int best = -1;
        int bestRoot = 0;
        int root = 0;
        for (int cycle = 0;
                cycle < Math.min(gained.length, trees.size()) && root < generation.tokens().length;
                cycle++) {
            if (best < 0 || gained[cycle] > gained[best]) {
                best = cycle;
                bestRoot = root;
            }
            root += gained[cycle] + 1;
        }
        return best < 0 ? Optional.empty() : Optional.of(cut(target, generation.tokens(), bestRoot, trees.get(best)));
    }

    private static TreeSample cut(TargetModel target, int[] tokens, int root, DraftTree tree) {
        int[] accepted = tree.path(tokens, root + 1);
        int next = root + 1 + accepted.length;
        return new TreeSample(
                target.text(Arrays.copyOf(tokens, root)),
                target.text(tokens[root]),
                tree,
                Arrays.stream(tree.tokens()).mapToObj(target::text).toList(),
                accepted,
                next < tokens.length ? target.text(tokens[next]) : "");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
