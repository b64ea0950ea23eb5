package org.gto4j.simulation;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.gto4j.model.DraftCursor;
import org.gto4j.model.DraftSession;
import org.gto4j.tree.Children;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.DrawnTokens;
import org.gto4j.tree.TokenHistory;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Decodes known texts with one planner, one after the other, as a decoder would. The draft session holds all trunk rows
 * of the text already: a tree sees no more than those up to its root.
 */
final class Replay implements Drafter, TokenHistory {
    private final TreePlanner planner;
    private final boolean drafts;
    private final DraftSession session;
    private final DraftCursor cursor;
    private final @Nullable CycleClock clock;
    private final @Nullable KnownDraws draws;
    private int[] text = {};
    private int root;
    private int rows;

    /** @param draws of the trees' drawn children; null: they have none */
    Replay(TreePolicy policy, DraftSession session, @Nullable CycleCosts costs, @Nullable KnownDraws draws) {
        this.planner = policy.planner();
        this.drafts = policy.needsDraft();
        this.session = session;
        cursor = new DraftCursor(session, this);
        clock = costs == null ? null : new CycleClock(costs);
        this.draws = draws;
        cursor.drawInto(draws == null ? null : draws.drawn());
    }

    /** @param ended the last token is an end token: nothing is drawn after it */
    SimulatedText run(String id, int[] tokens, int promptLength, boolean ended) {
        planner.begins();
        rows = shared(tokens, promptLength);
        text = tokens;
        root = promptLength;
        spend(CycleClock::reset);
        IntStream.Builder accepted = IntStream.builder();
        while (root < text.length - 1) {
            accepted.add(cycle(promptLength, ended) - 1);
        }
        return new SimulatedText(id, accepted.build().toArray(), clock == null ? Double.NaN : clock.seconds());
    }

    /** Trunk rows that a decoder keeps from the text before. */
    private int shared(int[] tokens, int promptLength) {
        int same = Arrays.mismatch(text, 0, text.length, tokens, 0, promptLength);
        return Math.max(0, (same < 0 ? promptLength : same) - 1);
    }

    /** Tokens gained. */
    private int cycle(int promptLength, boolean ended) {
        int left = text.length - 1 - root;
        // A text that was cut leaves no room for a draft of its last token; one that ended by itself could have gone
        // on.
        int depth = ended ? Integer.MAX_VALUE : left - 1;
        int behind = root - rows;
        DraftTree tree = DraftTree.empty();
        boolean drafting = depth > 0 && planner.drafts(this, behind);
        if (drafting) {
            // The prompt's own rows are no part of decoding's time.
            if (drafts) {
                int followed = Math.max(1, Math.min(behind, root - promptLength));
                spend(time -> time.followed(followed));
            }
            rows = root;
            tree = planner.plan(this, depth, Integer.MAX_VALUE);
        } else if (depth > 0) {
            tree = planner.planWithoutDraft(this, depth, Integer.MAX_VALUE);
        }
        int nodes = tree.size();
        spend(time -> time.verified(drafting && drafts, nodes));
        int[] path = tree.path(text, root + 1);
        boolean end = ended && path.length == left;
        if (depth > 0) {
            planner.verified(tree, path, end ? -1 : text[root + path.length + 1]);
        }
        int gained = path.length + (end ? 0 : 1);
        root += gained;
        return gained;
    }

    private void spend(Consumer<CycleClock> work) {
        if (clock != null) {
            work.accept(clock);
        }
    }

    @Override
    public TokenHistory history() {
        return this;
    }

    @Override
    public int size() {
        return root + 1;
    }

    @Override
    public int token(int i) {
        return text[i];
    }

    @Override
    public Children roots(int k) {
        spend(CycleClock::roots);
        session.truncate(session.rows());
        cursor.moveTo(root);
        if (draws != null) {
            draws.begins(text, root);
        }
        return cursor.roots(k);
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        spend(time -> time.level(tokens.length));
        Children children = cursor.expand(parents, tokens, k);
        if (draws != null) {
            draws.expanded(parents, tokens, children.firstNode());
        }
        return children;
    }

    @Override
    public boolean draws() {
        return draws != null;
    }

    @Override
    public DrawnTokens draw(int[] nodes, int[][] fixed) {
        DrawnTokens free = cursor.draw(nodes, fixed);
        return draws == null ? free : draws.couple(free, nodes, fixed);
    }
}
