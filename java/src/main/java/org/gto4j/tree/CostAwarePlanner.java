package org.gto4j.tree;

import java.util.Arrays;

/**
 * Grows the tree that is worth most: accepted tokens expected by the calibrated draft, less the time that they take at the going rate of tokens a
 * second. (A long run's throughput is the best when every cycle maximises gain - rate * cost for the rate that results: Dinkelbach's
 * method.) A level is drafted if what its nodes promise, by what such nodes gave before, is worth its time.
 */
final class CostAwarePlanner implements TreePlanner {
    private static final double FORGET = 0.02;

    private final CycleCosts costs;
    private final TreeLimits limits;
    private final int topK;
    private final AcceptanceModel acceptance = new AcceptanceModel();
    private final ChildProfile profile;
    private final Rest rest;
    private final double[] probabilities;
    private double tokens;
    private double seconds;
    private double spent;
    private boolean drafting;

    CostAwarePlanner(CycleCosts costs, TreeLimits limits) {
        this.costs = costs;
        this.limits = limits;
        this.topK = limits.topK();
        this.profile = new ChildProfile(limits.depth(), topK);
        this.rest = new Rest(costs.plain());
        this.probabilities = new double[topK + limits.depth() * topK * topK];
        tokens = 1;
        seconds = costs.plain();
    }

    @Override
    public boolean drafts(int gained) {
        drafting = rest.isOver();
        spent = drafting ? costs.follow().at(gained) : 0;
        return drafting;
    }

    @Override
    public DraftTree plan(Drafter drafter, int depth, int nodes) {
        TreeGrowth growth = new TreeGrowth(topK, -1, (logProb, level) -> (float) Math.log(acceptance.probability(logProb, level)));
        Children children = drafter.roots(topK);
        spent += costs.roots();
        learnProfile(children, 1);
        growth.offerRoot(children, 0);
        int room = Math.min(nodes, limits.nodes());
        for (int level = 2; level <= Math.min(depth, limits.depth()); level++) {
            int width = width(growth, level, room);
            if (width == 0) {
                break;
            }
            int rows = growth.advance(width);
            int[] parents = new int[rows];
            int[] frontier = new int[rows];
            growth.writeFrontier(parents, frontier, 0);
            children = drafter.expand(parents, frontier, topK);
            spent += costs.level().at(rows);
            learnProfile(children, level);
            growth.offerFrontier(children, 0);
        }
        int size = best(knownProbabilities(growth), room).size();
        return size == 0 ? DraftTree.empty() : growth.keep(size);
    }

    @Override
    public void verified(DraftTree tree, int[] accepted, boolean ended) {
        double gain = accepted.length + (ended ? 0 : 1);
        double cost = spent + costs.verification().at(tree.size() + 1);
        tokens += gain - FORGET * tokens;
        seconds += cost - FORGET * seconds;
        if (drafting) {
            rest.drafted(gain, cost);
            learnAcceptance(tree, accepted, ended);
        }
    }

    /** How many of the last level's nodes to expand: the number that promises most, 0 if none is worth it. */
    private int width(TreeGrowth growth, int level, int room) {
        double best = best(knownProbabilities(growth), room).value();
        int bestWidth = 0;
        float[] frontier = growth.bestOfLastLayer(topK);
        for (int width = 1; width <= frontier.length; width++) {
            int count = knownProbabilities(growth);
            for (int i = 0; i < width; i++) {
                double path = Math.exp(frontier[i]);
                for (int rank = 0; rank < topK; rank++) {
                    probabilities[count++] = path * profile.expected(level, rank);
                }
            }
            double value = best(count, room).value() - rate() * costs.level().at(width);
            if (value > best) {
                best = value;
                bestWidth = width;
            }
        }
        return bestWidth;
    }

    private int knownProbabilities(TreeGrowth growth) {
        int known = growth.size();
        for (int i = 0; i < known; i++) {
            probabilities[i] = Math.exp(growth.score(i));
        }
        return known;
    }

    /** A number of nodes and what verifying them is worth: tokens gained less their price. */
    private record Choice(int size, double value) {
    }

    /** The best number among the first {@code count} path probabilities, which are sorted by this. */
    private Choice best(int count, int room) {
        Arrays.sort(probabilities, 0, count);
        double gain = 1;
        double best = gain - rate() * costs.verification().at(1);
        int size = 0;
        for (int n = 1; n <= Math.min(count, room); n++) {
            gain += probabilities[count - n];
            double value = gain - rate() * costs.verification().at(n + 1);
            if (value > best) {
                best = value;
                size = n;
            }
        }
        return new Choice(size, best);
    }

    private double rate() {
        return tokens / seconds;
    }

    private void learnProfile(Children children, int level) {
        for (int i = 0; i < children.tokens().length; i++) {
            profile.learn(level, i % children.k(), acceptance.probability(children.logProbs()[i], level));
        }
    }

    /** Every child of a node that the walk has left was accepted or not. */
    private void learnAcceptance(DraftTree tree, int[] accepted, boolean ended) {
        int left = accepted.length - (ended ? 1 : 0);
        for (int step = 0; step <= left; step++) {
            int parent = step == 0 ? -1 : accepted[step - 1];
            int child = step < accepted.length ? accepted[step] : -1;
            for (int node = parent + 1; node < tree.size(); node++) {
                if (tree.parents()[node] == parent) {
                    acceptance.learn(tree.logProbs()[node], step + 1, node == child);
                }
            }
        }
    }
}
