package org.gto4j.lab.diagnosis;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.gto4j.common.RecordValues;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * One cycle: the tree beside the draft's greedy path (its most probable token after the most probable token ...), which
 * is all that a token loss trains (arXiv 2509.22134, section 1).
 *
 * @param id of the text
 * @param root index of the root's token in the text
 * @param tree that was verified
 * @param greedy the greedy path as a chain, as long as the tree may be deep
 * @param accepted the tree's nodes that the text takes, from the root's child downwards
 * @param greedyAccepted tokens of the greedy path that the text takes, whether they are in the tree or not
 * @param offered tokens that the text takes of all that the draft offered for the tree, kept or not
 * @param end why no more was accepted
 */
public record PathCycle(
        String id,
        int root,
        DraftTree tree,
        DraftTree greedy,
        int[] accepted,
        int greedyAccepted,
        int offered,
        PathEnd end) {
    /**
     * Of a text's tree.
     *
     * @param known whether the draft's vocabulary has a token
     */
    static PathCycle of(String id, int[] text, int root, GreedyPathRecorder.Grown grown, IntPredicate known) {
        int[] accepted = grown.tree().path(text, root + 1);
        PathEnd end = PathEnd.of(
                text,
                root + 1 + accepted.length,
                accepted.length,
                grown.greedy().size(),
                grown.offers(),
                known);
        return new PathCycle(
                id,
                root,
                grown.tree(),
                grown.greedy(),
                accepted,
                grown.greedy().path(text, root + 1).length,
                grown.offers().reached(text, root + 1),
                end);
    }

    /** The tree's nodes that lie on the greedy path, from the root's child downwards. */
    public int[] kept() {
        return tree.path(greedy.tokens(), 0);
    }

    /** Whether the tree lost a part of the greedy path, in growing or in the ranking at its end. */
    public boolean pruned() {
        return kept().length < greedy.size();
    }

    /** Whether something was accepted and all of it lies on the greedy path. */
    public boolean onGreedyPath() {
        int[] kept = kept();
        return accepted.length > 0
                && accepted.length <= kept.length
                && Arrays.equals(accepted, 0, accepted.length, kept, 0, accepted.length);
    }

    /** Tokens by which the greedy path alone would have gone further than the tree. */
    public int lost() {
        return Math.max(0, greedyAccepted - accepted.length);
    }

    /** The tree with the greedy path's lost nodes after its own ones. */
    public DraftTree withGreedyPath() {
        int[] kept = kept();
        int missing = greedy.size() - kept.length;
        int[] tokens = Arrays.copyOf(tree.tokens(), tree.size() + missing);
        int[] parents = Arrays.copyOf(tree.parents(), tokens.length);
        float[] logProbs = Arrays.copyOf(tree.logProbs(), tokens.length);
        float[] scores = Arrays.copyOf(tree.scores(), tokens.length);
        for (int i = 0; i < missing; i++) {
            int node = tree.size() + i;
            int depth = kept.length + i;
            tokens[node] = greedy.tokens()[depth];
            parents[node] = i > 0 ? node - 1 : depth == 0 ? -1 : kept[depth - 1];
            logProbs[node] = greedy.logProbs()[depth];
            scores[node] = greedy.scores()[depth];
        }
        return new DraftTree(tokens, parents, logProbs, scores);
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
