package org.gto4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TargetModel;
import org.gto4j.TreeDecoder;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptTokens;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * One cycle of a real generation.
 *
 * @param before   text that was generated before the cycle
 * @param root     text of the root's token
 * @param tree     the draft's tree
 * @param labels   text of each node's token
 * @param accepted nodes that the target accepted, from the root down
 * @param next     text of the target's own token after them, empty if generation ended there
 */
public record TreeSample(String before, String root, DraftTree tree, List<String> labels, int[] accepted, String next) {
    /**
     * Answers a prompt greedily with a variant that drafts and returns the cycle with the longest accepted path (the first of them).
     *
     * @param maxTokens tokens to generate, at least 2
     * @return empty if no tree was grown
     */
    public static Optional<TreeSample> take(TargetModel target, Variant variant, Prompt prompt, int maxTokens) {
        TreeRecorder recorder = new TreeRecorder(variant.policy());
        int[] tokens = PromptTokens.of(target, prompt.messages(List.of()));
        int context = tokens.length + maxTokens + recorder.maxNodes() + 8;
        try (TreeDecoder decoder = TreeDecoder.builder(target).draft(variant.draft()).policy(recorder).context(context).build()) {
            return longest(target, decoder.generate(tokens, GenerationOptions.builder().maxTokens(maxTokens).build()), recorder.trees());
        }
    }

    private static Optional<TreeSample> longest(TargetModel target, Generation generation, List<DraftTree> trees) {
        int[] gained = generation.statistics().acceptedPerCycle();
        int best = -1;
        int bestRoot = 0;
        int root = 0;
        for (int cycle = 0; cycle < Math.min(gained.length, trees.size()) && root < generation.tokens().length; cycle++) {
            if (best < 0 || gained[cycle] > gained[best]) {
                best = cycle;
                bestRoot = root;
            }
            root += gained[cycle] + 1;
        }
        return best < 0 ? Optional.empty() : Optional.of(cut(target, generation.tokens(), bestRoot, trees.get(best)));
    }

    private static TreeSample cut(TargetModel target, int[] tokens, int root, DraftTree tree) {
        List<Integer> accepted = new ArrayList<>();
        int at = root + 1;
        for (Integer node = -1; at < tokens.length && (node = child(tree, node, tokens[at])) != null; at++) {
            accepted.add(node);
        }
        return new TreeSample(target.text(Arrays.copyOf(tokens, root)), target.text(tokens[root]), tree,
            Arrays.stream(tree.tokens()).mapToObj(target::text).toList(), accepted.stream().mapToInt(Integer::intValue).toArray(),
            at < tokens.length ? target.text(tokens[at]) : "");
    }

    private static @Nullable Integer child(DraftTree tree, int parent, int token) {
        for (int node = parent + 1; node < tree.size(); node++) {
            if (tree.parents()[node] == parent && tree.tokens()[node] == token) {
                return node;
            }
        }
        return null;
    }
}
