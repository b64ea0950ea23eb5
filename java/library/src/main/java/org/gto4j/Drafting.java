package org.gto4j;

import java.util.Arrays;
import org.gto4j.model.DraftCursor;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.NativeTimes;
import org.gto4j.model.Verification;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.TokenHistory;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * The text of one target sequence, and drafts for it, in the four verbs of llama.cpp's speculative decoding: {@link #begin} a
 * text, {@link #process} what the target decoded, {@link #draft} a tree, {@link #accept} what became of it. Of the text
 * x[0..n] the last token is the root of the next tree, drawn but not decoded; a draft model holds trunk rows 0..n-1, or
 * follows when its planner asks. Without a draft model it is the text alone.
 */
final class Drafting implements TokenHistory, AutoCloseable {
    private final TreePolicy policy;
    private final TreePlanner planner;
    private final @Nullable Features features;
    private final @Nullable DraftSession session;
    private final @Nullable DraftCursor cursor;
    private final Drafter drafter;
    private int[] text = new int[512];
    private int size;
    private int rows;
    private boolean planned;

    /** @param draft needed exactly if the policy needs one */
    Drafting(@Nullable DraftModel draft, TreePolicy policy, int context) {
        this.policy = policy;
        planner = policy.planner();
        if (draft == null) {
            features = null;
            session = null;
            cursor = null;
            drafter = Drafter.ofText(this);
            return;
        }
        features = Features.create(draft.info().taps().length, draft.info().hidden(), false, Features.Type.F32);
        try {
            session = draft.newSession(context, Math.max(1, policy.maxExpanded()), true);
        } catch (RuntimeException | Error e) {
            features.close();
            throw e;
        }
        cursor = new DraftCursor(session, this);
        drafter = cursor;
    }

    /** Where the target's features of decoded tokens are to go, one row each; null if they aren't needed. */
    @Nullable Features features() {
        return features;
    }

    /**
     * Begins a text with a prompt. Returns how many of its first tokens are the last text's and need no decoding: less
     * than all, and one less than both texts share, since the draft's row of a token knows the next one.
     */
    int begin(int[] prompt) {
        int kept = kept(prompt);
        process(kept);
        planner.begins();
        size = 0;
        accept(prompt);
        rows = kept;
        if (session != null) {
            features.truncate(0);
            session.truncate(kept);
        }
        return kept;
    }

    /** What {@link #begin} would return. */
    int kept(int[] prompt) {
        int shared = 0;
        while (shared < Math.min(size, prompt.length) && text[shared] == prompt[shared]) {
            shared++;
        }
        return Math.max(0, shared - 1);
    }

    /**
     * The target has decoded the text's first {@code decoded} tokens: the draft's trunk gets their rows, of all but the
     * text's last one at most. {@link #features()} holds a row of each that is new.
     */
    void process(int decoded) {
        int end = Math.min(size - 1, decoded);
        int behind = end - rows;
        if (session != null && behind > 0) {
            int[] next = Arrays.copyOfRange(text, rows + 1, end + 1);
            cursor.extend(features, next);
            features.truncate(0);
        }
        rows = Math.max(rows, end);
    }

    /**
     * A tree below the text's last token.
     *
     * @param depth at most
     * @param nodes at most
     * @param texts how many the next pass verifies, see {@link TreePlanner#shares}
     */
    DraftTree draft(int depth, int nodes, int texts) {
        planner.shares(texts);
        planned = depth > 0 && nodes > 0;
        if (!planned || !planner.drafts(size - 1 - rows)) {
            return DraftTree.empty();
        }
        process(size - 1);
        if (cursor != null) {
            cursor.moveTo(rows);
        }
        DraftTree tree = planner.plan(drafter, depth, nodes);
        if (tree == null || tree.size() > nodes) {
            throw new IllegalStateException("the planner of " + policy + " gave "
                    + (tree == null ? "no tree" : "a tree of " + tree.size() + " nodes") + ": expected one of at most "
                    + nodes);
        }
        return tree;
    }

    /** The target has verified the last tree. Returns the tokens that the text gained. */
    int[] accept(DraftTree tree, Verification verification) {
        if (planned) {
            planner.verified(tree, verification.path(), verification.next());
        }
        int[] gained = verification.gained(tree);
        accept(gained);
        return gained;
    }

    /** The text goes on with tokens that nobody drafted. */
    void accept(int... tokens) {
        if (size + tokens.length > text.length) {
            text = Arrays.copyOf(text, Math.max(2 * text.length, size + tokens.length));
        }
        System.arraycopy(tokens, 0, text, size, tokens.length);
        size += tokens.length;
    }

    /** What the last cycle took, from before {@link #draft}. */
    void took(long nanos) {
        if (planned) {
            planner.took(nanos * 1e-9);
        }
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

    @Override
    public int size() {
        return size;
    }

    @Override
    public int token(int i) {
        return text[i];
    }

    /** Time spent in calls of the draft's session, ns. */
    long callNanos() {
        return cursor == null ? 0 : cursor.callNanos();
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
