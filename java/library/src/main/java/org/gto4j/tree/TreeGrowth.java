package org.gto4j.tree;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One tree while it grows: all candidates so far, in the order found (layer by layer), and the frontier. One tree after
 * the other takes the same memory.
 */
final class TreeGrowth {
    private static final int[] NONE = {};

    private final int rootCode;
    private final Scoring scoring;
    private final Scoring drawnScoring;
    private final Ranking ranking = new Ranking();
    private int layer;
    private int size;
    private int layerStart;
    private int[] tokens;
    private int[] parents;
    private float[] logProbs;
    private float[] scores;
    private int[] draws;
    private int[] frontier = NONE;
    /** Candidates that are in the tree whatever is found below them, with their ancestors. */
    private final BitSet committed = new BitSet();
    /** Drafter's id of a candidate once it is evaluated, -1 before. */
    private int[] evaluated;
    /** Candidates that the draft didn't offer. */
    private final BitSet copied = new BitSet();

    /**
     * @param rootCode what the drafter calls this tree's root as a parent
     * @param scoring of fixed children
     * @param drawnScoring of drawn children, by the log of their probability to be accepted
     */
    TreeGrowth(int topK, int rootCode, Scoring scoring, Scoring drawnScoring) {
        this.rootCode = rootCode;
        this.scoring = scoring;
        this.drawnScoring = drawnScoring;
        int room = topK * (topK + 1);
        tokens = new int[room];
        parents = new int[room];
        evaluated = new int[room];
        logProbs = new float[room];
        scores = new float[room];
        draws = new int[room];
    }

    /** Starts a tree with the root's children: row {@code row} of {@code children}. */
    void offerRoot(Offspring children, int row) {
        layer = 1;
        size = 0;
        layerStart = 0;
        frontier = NONE;
        committed.clear();
        copied.clear();
        offer(children, row, -1);
    }

    /** Takes the frontier's children: rows first, first + 1, ... of {@code children}. */
    void offerFrontier(Offspring children, int first) {
        layer++;
        for (int i = 0; i < frontier.length; i++) {
            evaluated[frontier[i]] = children.firstNode() + first + i;
            offer(children, first + i, frontier[i]);
        }
    }

    private void offer(Offspring children, int row, int parent) {
        reserve(size + children.most());
        for (int rank = 0; rank < children.fixed(row); rank++) {
            add(children.token(row, rank), parent, children.logProb(row, rank), scoring, -1);
        }
        if (children.hasDrawn(row)) {
            add(children.drawnToken(row), parent, children.drawnLogProb(row), drawnScoring, children.draw(row));
        }
    }

    private void add(int token, int parent, float logProb, Scoring by, int draw) {
        tokens[size] = token;
        parents[size] = parent;
        logProbs[size] = logProb;
        scores[size] = (parent < 0 ? 0 : scores[parent]) + by.score(logProb, layer);
        draws[size] = draw;
        evaluated[size] = -1;
        size++;
    }

    /**
     * The token that {@link #copy} would offer below one of the nodes whose children are known next, the root before
     * level 1 and the frontier later; null: none, or below a node that isn't among them.
     */
    @Nullable CopiedToken toCopy(@Nullable LookupBranch branch, int below, int level, int depth) {
        if (branch == null || !goesOn(branch, below, level, depth)) {
            return null;
        }
        int row = level == 1 ? 0 : frontierRow(below);
        return row < 0 ? null : new CopiedToken(row, branch.token(level - 1), branch.logProb(level - 1));
    }

    private int frontierRow(int candidate) {
        for (int row = 0; row < frontier.length; row++) {
            if (frontier[row] == candidate) {
                return row;
            }
        }
        return -1;
    }

    private static boolean goesOn(LookupBranch branch, int below, int level, int depth) {
        return level <= Math.min(depth, branch.length()) && (level == 1 || below >= 0);
    }

    /**
     * Offers a branch's token of a level below its last one. Where the draft has offered it, too, the higher score of
     * both counts. The root's children are level 1.
     *
     * @param branch null: none
     * @param below the candidate that has the last one, any before level 1
     * @param depth most levels of the tree
     * @return the candidate that has the token; -1: the branch or the tree ends before
     */
    int copy(@Nullable LookupBranch branch, int below, int level, int depth) {
        return branch == null || !goesOn(branch, below, level, depth)
                ? -1
                : copy(level == 1 ? -1 : below, branch.token(level - 1), branch.logProb(level - 1));
    }

    private int copy(int parent, int token, float logProb) {
        float score = (parent < 0 ? 0 : scores[parent]) + logProb;
        for (int candidate = parent + 1; candidate < size; candidate++) {
            if (parents[candidate] == parent && tokens[candidate] == token) {
                scores[candidate] = Math.max(scores[candidate], score);
                return candidate;
            }
        }
        reserve(size + 1);
        copied.set(size);
        add(token, parent, logProb, (own, depth) -> own, -1);
        return size - 1;
    }

    /** Whether the draft didn't offer it. */
    boolean isCopied(int candidate) {
        return copied.get(candidate);
    }

    /** Number of candidates. */
    int size() {
        return size;
    }

    /** Score of the path to a candidate. */
    float score(int candidate) {
        return scores[candidate];
    }

    int token(int candidate) {
        return tokens[candidate];
    }

    /** The candidate that it is a child of, -1 for the root's. */
    int parent(int candidate) {
        return parents[candidate];
    }

    float logProb(int candidate) {
        return logProbs[candidate];
    }

    /** Whether it is a drawn child. */
    boolean isDrawn(int candidate) {
        return draws[candidate] >= 0;
    }

    /** Number of a drawn child's draw, -1 of others. */
    int draw(int candidate) {
        return draws[candidate];
    }

    /** The last layer's best candidates that can be expanded, {@code count} at most, best first. */
    int[] bestOfLastLayer(int count) {
        int[] best = best(layerStart, copied.isEmpty() ? count : size - layerStart);
        return copied.isEmpty() ? best : first(count, best, this::canBeExpanded);
    }

    /** The first {@code count} of some candidates that fulfil a condition. No stream: it is on the path of a cycle. */
    private static int[] first(int count, int[] candidates, IntPredicate condition) {
        int[] found = new int[Math.min(count, candidates.length)];
        int n = 0;
        for (int i = 0; i < candidates.length && n < found.length; i++) {
            if (condition.test(candidates[i])) {
                found[n++] = candidates[i];
            }
        }
        return Arrays.copyOf(found, n);
    }

    /** A copied candidate may stand below one that wasn't evaluated. */
    private boolean canBeExpanded(int candidate) {
        return parents[candidate] < 0 || evaluated[parents[candidate]] >= 0;
    }

    /** Makes the last layer's best candidates, {@code width} at most, the frontier and returns their number. */
    int advance(int width) {
        frontier = bestOfLastLayer(width);
        layerStart = size;
        return frontier.length;
    }

    /**
     * The same without candidates that aren't among the best {@code nodes} of all so far: a child never scores above
     * its parent and was found later, so that nothing below them can be kept. 0: the tree is complete.
     */
    int advance(int width, int nodes) {
        if (size <= nodes) {
            return advance(width);
        }
        int last = best(0, nodes)[nodes - 1];
        frontier = first(
                width, bestOfLastLayer(width), c -> scores[c] > scores[last] || scores[c] == scores[last] && c <= last);
        layerStart = size;
        return frontier.length;
    }

    /** The drafter's ids of the nodes that the frontier becomes once it is expanded: {@code first}, first + 1, ... */
    int[] frontierIds(int first) {
        int[] ids = new int[frontier.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = first + i;
        }
        return ids;
    }

    /** Score of the path to a candidate of the frontier. */
    float frontierScore(int i) {
        return scores[frontier[i]];
    }

    /** Writes the frontier's parents, as the drafter calls them, and its tokens from index {@code at} on. */
    void writeFrontier(int[] parentCodes, int[] frontierTokens, int at) {
        for (int i = 0; i < frontier.length; i++) {
            int parent = parents[frontier[i]];
            parentCodes[at + i] = parent < 0 ? rootCode : evaluated[parent];
            frontierTokens[at + i] = tokens[frontier[i]];
        }
    }

    /**
     * As {@link #advance(int)}, for trees whose size may follow from what is found below candidates: drawn children
     * that get into the frontier are committed to the tree, with their ancestors, before anything below them is known.
     * Those for which the tree has no room stay out of the frontier.
     *
     * @param nodes most of the tree
     */
    int advanceCommitting(int width, int nodes) {
        frontier = first(width, bestOfLastLayer(width), candidate -> !isDrawn(candidate) || commit(candidate, nodes));
        layerStart = size;
        return frontier.length;
    }

    private boolean commit(int candidate, int nodes) {
        BitSet path = new BitSet();
        for (int node = candidate; node >= 0; node = parents[node]) {
            path.set(node);
        }
        path.or(committed);
        if (path.cardinality() > nodes) {
            return false;
        }
        committed.or(path);
        return true;
    }

    /** Number of committed candidates. */
    int committed() {
        return committed.cardinality();
    }

    /**
     * The committed candidates and the best of all others as a tree, parents before children.
     *
     * @param nodes at least {@link #committed()}
     */
    DraftTree keep(int nodes) {
        BitSet chosen = (BitSet) committed.clone();
        int left = nodes - chosen.cardinality();
        // Parents come before their children in this order, so that a kept node's parent is kept.
        for (int candidate : best(0, nodes)) {
            if (left > 0 && !chosen.get(candidate)) {
                chosen.set(candidate);
                left--;
            }
        }
        int[] place = new int[size];
        DraftTree tree = DraftTree.ofSize(chosen.cardinality());
        int i = 0;
        for (int candidate = chosen.nextSetBit(0); candidate >= 0; candidate = chosen.nextSetBit(candidate + 1)) {
            place[candidate] = i;
            tree.tokens()[i] = tokens[candidate];
            tree.parents()[i] = parents[candidate] < 0 ? -1 : place[parents[candidate]];
            tree.logProbs()[i] = logProbs[candidate];
            tree.scores()[i] = scores[candidate];
            tree.draws()[i] = draws[candidate];
            i++;
        }
        return tree;
    }

    private int[] best(int from, int count) {
        return ranking.best(scores, from, size, count);
    }

    private void reserve(int room) {
        if (room > tokens.length) {
            int grown = Math.max(room, 2 * tokens.length);
            tokens = Arrays.copyOf(tokens, grown);
            parents = Arrays.copyOf(parents, grown);
            evaluated = Arrays.copyOf(evaluated, grown);
            logProbs = Arrays.copyOf(logProbs, grown);
            scores = Arrays.copyOf(scores, grown);
            draws = Arrays.copyOf(draws, grown);
        }
    }
}
