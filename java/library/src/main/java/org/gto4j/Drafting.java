package org.gto4j;

import java.util.Arrays;
import org.gto4j.model.DraftCursor;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DrawnChildren;
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
 * The text of one target sequence, and drafts for it, in the four verbs of llama.cpp's speculative decoding:
 * {@link #begin} a text, {@link #process} what the target decoded, {@link #draft} a tree, {@link #accept} what became
 * of it. Of the text x[0..n] the last token is the root of the next tree, drawn but not decoded; a draft model holds
 * trunk rows 0..n-1, or follows when its planner asks. Without a draft model it is the text alone.
 */
final class Drafting implements TokenHistory, AutoCloseable {
    private final TreePolicy policy;
    private final TreePlanner planner;
    private final @Nullable Trunk trunk;
    private final Drafter drafter;
    private final boolean recurrent;
    private int[] text = new int[512];
    private int size;
    private int rows;
    private boolean planned;

    /**
     * @param draft needed exactly if the policy needs one
     * @param recurrent the target's sequence can't lose its end
     */
    Drafting(@Nullable DraftModel draft, TreePolicy policy, int context, boolean recurrent) {
        this.policy = policy;
        this.recurrent = recurrent;
        planner = policy.planner();
        trunk = draft == null ? null : Trunk.open(draft, this, context, policy.maxExpanded());
        drafter = trunk == null ? Drafter.ofText(this) : trunk.cursor;
    }

    /** What a draft model holds of the text. */
    private record Trunk(Features features, DraftSession session, DraftCursor cursor) implements AutoCloseable {
        static Trunk open(DraftModel draft, TokenHistory text, int context, int expanded) {
            Features features = Features.createBeside(
                    draft.target(), draft.info().taps().length, draft.info().hidden(), false);
            try {
                DraftSession session = draft.newDecodingSession(context, Math.max(1, expanded));
                return new Trunk(features, session, new DraftCursor(session, text));
            } catch (RuntimeException | Error e) {
                features.close();
                throw e;
            }
        }

        void truncate(int rows) {
            features.truncate(0);
            session.truncate(rows);
        }

        @Override
        public void close() {
            session.close();
            features.close();
        }
    }

    /** Where the target's features of decoded tokens are to go, one row each; null if they aren't needed. */
    @Nullable Features features() {
        return trunk == null ? null : trunk.features;
    }

    /**
     * Begins a text with a prompt. Returns how many of its first tokens are the last text's and need no decoding: less
     * than all, and one less than both texts share, since the draft's row of a token knows the next one. A recurrent
     * target keeps all that it has decoded or nothing.
     *
     * @param drawn where the drawn children of the text's trees go, null if they have none
     */
    int begin(int[] prompt, @Nullable DrawnChildren drawn) {
        if (trunk != null) {
            trunk.cursor.drawInto(drawn);
        }
        int kept = kept(prompt);
        process(kept);
        planner.begins();
        size = 0;
        accept(prompt);
        rows = kept;
        if (trunk != null) {
            trunk.truncate(kept);
        }
        return kept;
    }

    /** What {@link #begin} would return. */
    int kept(int[] prompt) {
        int shared = 0;
        while (shared < Math.min(size, prompt.length) && text[shared] == prompt[shared]) {
            shared++;
        }
        return recurrent && shared < size ? 0 : Math.max(0, shared - 1);
    }

    /**
     * The target has decoded the text's first {@code decoded} tokens: the draft's trunk gets their rows, of all but the
     * text's last one at most. {@link #features()} holds a row of each that is new.
     */
    void process(int decoded) {
        int end = Math.min(size - 1, decoded);
        int behind = end - rows;
        if (trunk != null && behind > 0) {
            trunk.cursor.extend(trunk.features, Arrays.copyOfRange(text, rows + 1, end + 1));
            trunk.features.truncate(0);
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
        if (!planned) {
            return DraftTree.empty();
        }
        DraftTree tree;
        if (planner.drafts(this, size - 1 - rows)) {
            process(size - 1);
            if (trunk != null) {
                trunk.cursor.moveTo(rows);
            }
            tree = planner.plan(drafter, depth, nodes);
        } else {
            tree = planner.planWithoutDraft(this, depth, nodes);
        }
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
        if (trunk != null) {
            trunk.truncate(0);
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
        return trunk == null ? 0 : trunk.cursor.callNanos();
    }

    /** What these calls took by the native clock. */
    NativeTimes.Draft times() {
        return trunk == null ? NativeTimes.Draft.NONE : trunk.session.times();
    }

    @Override
    public void close() {
        if (trunk != null) {
            trunk.close();
        }
    }
}
