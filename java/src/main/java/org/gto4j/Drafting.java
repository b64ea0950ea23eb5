package org.gto4j;

import java.util.Arrays;

import org.gto4j.tree.Children;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.TreePolicy;

/**
 * A draft session that keeps step with one target sequence: after n tokens x[0..n-1] were decoded and x[n] was drawn it holds trunk rows
 * 0..n-1, and the last of them is the root of the next tree.
 */
final class Drafting implements Drafter, AutoCloseable {
    private final DraftSession session;
    private final Features features;
    private final TreePolicy policy;
    private final int draftVocabulary;
    private int rows;

    Drafting(DraftModel draft, TreePolicy policy, int context) {
        this.policy = policy;
        draftVocabulary = draft.info().draftVocabulary();
        features = Features.create(draft.info().taps().length, draft.info().hidden(), false, Features.Type.F32);
        try {
            session = draft.newSession(context, Math.max(1, policy.maxExpanded()));
        } catch (RuntimeException | Error e) {
            features.close();
            throw e;
        }
    }

    /** Where the target's features of tokens decoded since the last step are to go. */
    Features features() {
        return features;
    }

    /** Forgets everything. */
    void clear() {
        features.truncate(0);
        session.truncate(0);
        rows = 0;
    }

    /** Takes the features of tokens decoded since the last step; nextTokens[i] is the token after the i-th of them. */
    void follow(int[] nextTokens) {
        session.extend(features, 0, nextTokens.length, nextTokens, nextTokens.length - 1);
        features.truncate(0);
        rows += nextTokens.length;
    }

    /** A tree below the last row of at most this depth and size. */
    DraftTree tree(int depth, int nodes) {
        return depth < 1 || nodes < 1 ? DraftTree.empty() : policy.build(this).limited(depth, nodes);
    }

    @Override
    public Children roots(int k) {
        return session.roots(new int[] {rows - 1}, Math.min(k, draftVocabulary), null);
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        int[] codes = Arrays.stream(parents).map(parent -> parent < 0 ? -rows : parent).toArray();
        return session.expand(codes, tokens, Math.min(k, draftVocabulary), null);
    }

    @Override
    public void close() {
        session.close();
        features.close();
    }
}
