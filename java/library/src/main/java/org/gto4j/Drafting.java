package org.gto4j;

import java.util.Arrays;
import java.util.function.Supplier;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.NativeTimes;
import org.gto4j.model.Verification;
import org.gto4j.tree.Children;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.TokenHistory;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * The text of one target sequence, and drafts for it. Of the text x[0..n] the last token is the root of the next tree,
 * drawn but not decoded; a draft model holds trunk rows 0..n-1, or follows when its planner asks. Without a draft model
 * it is the text alone.
 */
final class Drafting implements Drafter, TokenHistory, AutoCloseable {
    private final TreePolicy policy;
    private final TreePlanner planner;
    private final @Nullable Features features;
    private final @Nullable DraftSession session;
    private final int draftVocabulary;
    private int[] text = new int[512];
    private int size;
    private int rows;
    private boolean planned;
    private long callNanos;

    /** @param draft needed exactly if the policy needs one */
    Drafting(@Nullable DraftModel draft, TreePolicy policy, int context) {
        this.policy = policy;
        planner = policy.planner();
        if (draft == null) {
            features = null;
            session = null;
            draftVocabulary = 0;
            return;
        }
        draftVocabulary = draft.info().draftVocabulary();
        features = Features.create(draft.info().taps().length, draft.info().hidden(), false, Features.Type.F32);
        try {
            session = draft.newSession(context, Math.max(1, policy.maxExpanded()), true);
        } catch (RuntimeException | Error e) {
            features.close();
            throw e;
        }
    }

    /** Where the target's features of decoded tokens are to go, one row each; null if they aren't needed. */
    @Nullable Features features() {
        return features;
    }

    /**
     * Starts a text with a prompt. Returns how many of its first tokens are the last text's and need no decoding: less
     * than all, and one less than both texts share, since the draft's row of a token knows the next one.
     */
    int start(int[] prompt) {
        int kept = kept(prompt);
        follow(kept);
        planner.begins();
        size = 0;
        gained(prompt);
        rows = kept;
        if (session != null) {
            features.truncate(0);
            session.truncate(kept);
        }
        return kept;
    }

    /** What {@link #start} would return. */
    int kept(int[] prompt) {
        int shared = 0;
        while (shared < Math.min(size, prompt.length) && text[shared] == prompt[shared]) {
            shared++;
        }
        return Math.max(0, shared - 1);
    }

    /** After a failure nobody knows what target and draft hold: the next text starts from nothing. */
    void forget() {
        size = 0;
        rows = 0;
        if (session != null) {
            features.truncate(0);
            session.truncate(0);
        }
    }

    /** The text goes on; of its tokens before these {@link #features()} has got rows. */
    void gained(int... tokens) {
        for (int token : tokens) {
            append(token);
        }
    }

    private void append(int token) {
        if (size == text.length) {
            text = Arrays.copyOf(text, 2 * size);
        }
        text[size++] = token;
    }

    /** A tree below the text's last token of at most this depth and size. */
    DraftTree tree(int depth, int nodes) {
        planned = depth > 0 && nodes > 0;
        if (!planned || !planner.drafts(size - 1 - rows)) {
            return DraftTree.empty();
        }
        follow(size - 1);
        DraftTree tree = planner.plan(this, depth, nodes);
        if (tree == null || tree.size() > nodes) {
            throw new IllegalStateException("the planner of " + policy + " gave "
                    + (tree == null ? "no tree" : "a tree of " + tree.size() + " nodes") + ": expected one of at most "
                    + nodes);
        }
        return tree;
    }

    /** What became of the last tree. */
    void verified(DraftTree tree, Verification verification) {
        if (planned) {
            planner.verified(tree, verification.path(), verification.next());
        }
    }

    /** What the last cycle took, from before {@link #tree}. */
    void took(long nanos) {
        if (planned) {
            planner.took(nanos * 1e-9);
        }
    }

    /**
     * The draft's trunk gets rows of the text's first {@code decoded} tokens, of all but the text's last one at most.
     */
    void follow(int decoded) {
        int end = Math.min(size - 1, decoded);
        int behind = end - rows;
        if (session != null && behind > 0) {
            int[] next = Arrays.copyOfRange(text, rows + 1, end + 1);
            call(() -> {
                session.extend(features, 0, behind, next, behind - 1);
                return null;
            });
            features.truncate(0);
        }
        rows = Math.max(rows, end);
    }

    /** How many texts the next pass verifies, see {@link TreePlanner#shares}. */
    void shares(int texts) {
        planner.shares(texts);
    }

    @Override
    public TokenHistory history() {
        return this;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int token(int i) {
        return text[i];
    }

    @Override
    public Children roots(int k) {
        return call(() -> session.roots(new int[] {rows - 1}, Math.min(k, draftVocabulary), null));
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        int[] codes = Arrays.stream(parents)
                .map(parent -> parent < 0 ? -rows : parent)
                .toArray();
        return call(() -> session.expand(codes, tokens, Math.min(k, draftVocabulary), null));
    }

    private <R> R call(Supplier<R> drafting) {
        long start = System.nanoTime();
        R result = drafting.get();
        callNanos += System.nanoTime() - start;
        return result;
    }

    /** Time spent in calls of the draft's session, ns. */
    long callNanos() {
        return callNanos;
    }

    /** What these calls took by the native clock. */
    NativeTimes.Draft times() {
        return session == null ? NativeTimes.Draft.NONE : session.times();
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            features.close();
        }
    }
}
