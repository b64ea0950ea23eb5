package org.gto4j.tree;

import java.util.Arrays;

/**
 * One tree while it grows: all candidates so far, in the order found (layer by layer), and the frontier. One tree after
 * the other takes the same memory.
 */
final class TreeGrowth {
    private static final int[] NONE = {};

    private final int rootCode;
    private final Scoring scoring;
    private final Ranking ranking = new Ranking();
    private int layer;
    private int size;
    private int layerStart;
    private int[] tokens;
    private int[] parents;
    private float[] logProbs;
    private float[] scores;
    private int[] frontier = NONE;
    /** Drafter's id of a candidate once it is evaluated; candidates that never were hold 0 and are nobody's parent. */
    private int[] evaluated;

    /** @param rootCode what the drafter calls this tree's root as a parent */
    TreeGrowth(int topK, int rootCode, Scoring scoring) {
        this.rootCode = rootCode;
        this.scoring = scoring;
        int room = topK * (topK + 1);
        tokens = new int[room];
        parents = new int[room];
        evaluated = new int[room];
        logProbs = new float[room];
        scores = new float[room];
    }

    /** Starts a tree with the root's children: row {@code row} of {@code children}. */
    void offerRoot(Children children, int row) {
        layer = 1;
        size = 0;
        layerStart = 0;
        frontier = NONE;
        offer(children, row, -1);
    }

    /** Takes the frontier's children: rows first, first + 1, ... of {@code children}. */
    void offerFrontier(Children children, int first) {
        layer++;
        for (int i = 0; i < frontier.length; i++) {
            evaluated[frontier[i]] = children.firstNode() + first + i;
            offer(children, first + i, frontier[i]);
        }
    }

    private void offer(Children children, int row, int parent) {
        reserve(size + children.k());
        float pathScore = parent < 0 ? 0 : scores[parent];
        for (int i = row * children.k(); i < (row + 1) * children.k(); i++) {
            float logProb = children.logProb(i);
            tokens[size] = children.tokens()[i];
            parents[size] = parent;
            logProbs[size] = logProb;
            scores[size] = pathScore + scoring.score(logProb, layer);
            size++;
        }
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

    /** Scores of the last layer's best candidates, best first. */
    float[] bestOfLastLayer(int count) {
        int[] best = best(layerStart, count);
        float[] values = new float[best.length];
        for (int i = 0; i < best.length; i++) {
            values[i] = scores[best[i]];
        }
        return values;
    }

    /** Makes the last layer's best candidates, {@code width} at most, the frontier and returns their number. */
    int advance(int width) {
        frontier = best(layerStart, width);
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
        frontier = Arrays.stream(best(layerStart, width))
                .filter(c -> scores[c] > scores[last] || scores[c] == scores[last] && c <= last)
                .toArray();
        layerStart = size;
        return frontier.length;
    }

    /** Writes the frontier's parents, as the drafter calls them, and its tokens from index {@code at} on. */
    void writeFrontier(int[] parentCodes, int[] frontierTokens, int at) {
        for (int i = 0; i < frontier.length; i++) {
            int parent = parents[frontier[i]];
            parentCodes[at + i] = parent < 0 ? rootCode : evaluated[parent];
            frontierTokens[at + i] = tokens[frontier[i]];
        }
    }

    /** The best candidates of all layers as a tree, parents before children. */
    DraftTree keep(int nodes) {
        int[] kept = best(0, nodes);
        Arrays.sort(kept);
        int[] place = new int[size];
        DraftTree tree = new DraftTree(
                new int[kept.length], new int[kept.length], new float[kept.length], new float[kept.length]);
        for (int i = 0; i < kept.length; i++) {
            int candidate = kept[i];
            place[candidate] = i;
            tree.tokens()[i] = tokens[candidate];
            tree.parents()[i] = parents[candidate] < 0 ? -1 : place[parents[candidate]];
            tree.logProbs()[i] = logProbs[candidate];
            tree.scores()[i] = scores[candidate];
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
        }
    }
}
