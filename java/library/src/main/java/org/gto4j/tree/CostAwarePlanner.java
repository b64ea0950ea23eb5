package org.gto4j.tree;

import org.jspecify.annotations.Nullable;

/**
 * Grows the tree that is worth most: accepted tokens expected by the calibrated draft, less the time that they take at
 * the going rate of tokens a second. (A long run's throughput is the best when every cycle maximises gain - rate * cost
 * for the rate that results: Dinkelbach's method.) A level is drafted if what its nodes promise, by what such nodes
 * gave before, is worth its time.
 *
 * <p>Where a pass verifies several texts, a tree's price is its even part of a pass in which all trees are as large: so
 * none takes what is cheap at the others' expense, and the rate, counted likewise, is that of all texts together.
 *
 * <p>Where the text's last tokens stood in it before, what followed them there is a branch of the tree beside the
 * draft's ({@link LookupBranch}): its tokens compete with the draft's by how often such tokens were accepted. While the
 * draft rests, and where copies are so sure that the draft adds less than it takes ({@link DraftBonus}), the branch is
 * a tree of its own.
 *
 * <p>A tree's size follows from all that was found, below drawn children, too. So a drawn child whose token is looked
 * at, because children of its own are drafted, is committed to the tree before; one that isn't looked at has told
 * nothing.
 */
final class CostAwarePlanner implements TreePlanner {
    private static final double FORGET = 0.02;

    private final CycleCosts costs;
    private final TreeLimits limits;
    private final int topK;
    private final boolean drawn;
    private final @Nullable LookupBranch lookup;
    private final AcceptanceModel acceptance = new AcceptanceModel();
    private final AcceptanceModel drawnAcceptance = new AcceptanceModel();
    private final ChildProfile profile;
    private final DraftPause rest;
    private final Allowance allowance = new Allowance();
    private final PlainCheck check = new PlainCheck();
    private final DraftBonus bonus = new DraftBonus();
    private final PassPrices prices;
    private final TreeGrowth growth;
    private final RankedProbabilities known;
    private final RankedProbabilities promised;
    /** Seconds of this cycle's pass by nodes of the tree. */
    private final double[] passes;

    private double tokens;
    private double seconds;
    private double spent;
    private int levels;
    private boolean drafting;
    /** Tokens of the cycle's branch that are worth most without a draft. */
    private int copies;
    /** The probability that they are wrong within the levels that are drafted; 1 if there are none. */
    private double miss;
    /** Nodes of past trees, on average. */
    private double usualNodes;

    /**
     * @param drawn whether nodes have drawn children where the drafter draws
     * @param lookup whether trees have a branch that copies the text
     */
    CostAwarePlanner(CycleCosts costs, TreeLimits limits, boolean drawn, boolean lookup) {
        this.drawn = drawn;
        this.lookup = lookup ? new LookupBranch() : null;
        this.usualNodes = limits.nodes();
        this.costs = costs;
        this.prices = new PassPrices(costs);
        this.limits = limits;
        this.topK = limits.topK();
        this.profile = new ChildProfile(limits.depth(), topK);
        this.rest = new DraftPause();
        this.growth = new TreeGrowth(
                topK,
                -1,
                (logProb, level) -> (float) Math.log(acceptance.probability(logProb, level)),
                (logProb, level) -> (float) Math.log(drawnAcceptance.probability(logProb, level)));
        this.known = new RankedProbabilities(limits.nodes());
        this.promised = new RankedProbabilities(limits.nodes());
        this.passes = new double[limits.nodes() + 1];
        tokens = 1;
        seconds = costs.plain();
    }

    @Override
    public void shares(int textsOfPass) {
        double before = prices.plain();
        prices.shares(textsOfPass);
        seconds *= prices.plain() / before; // until cycles tell, the rate changes as that of plain decoding
    }

    @Override
    public void begins() {
        rest.textBegins();
        prices.textBegins();
        if (lookup != null) {
            lookup.begins();
        }
    }

    @Override
    public boolean drafts(TokenHistory history, int gained) {
        copies = 0;
        miss = 1;
        drafting = false;
        if (isPlain()) {
            return false;
        }
        if (lookup != null) {
            lookup.find(history);
            copies = nodesOf(lookup, limits.nodes());
            miss = copies == 0 ? 1 : 1 - Math.exp(lookup.pathLogProb(Math.min(copies, bonus.levels())));
        }
        drafting = rest.isOver() && (copies == 0 || bonus.isWorthItsTime(miss, rate()));
        // A prompt, or what was gained while resting, is followed once: it says nothing about the cycles to come.
        spent = drafting ? costs.follow().at(Math.min(gained, limits.depth() + 1)) : 0;
        return drafting;
    }

    @Override
    public DraftTree plan(Drafter drafter, int depth, int nodes) {
        LookupBranch branch = lookup;
        if (branch != null) {
            branch.find(drafter.history());
        }
        CopiedToken next = growth.toCopy(branch, -1, 1, depth);
        Offspring children = children(drafter, new int[] {-1}, drafter.roots(topK), row -> 0, next);
        spent += costs.roots();
        levels = 1;
        learnProfile(children, 1);
        growth.offerRoot(children, 0);
        int copied = growth.copy(branch, -1, 1, depth);
        known.clear();
        know(0);
        int room = Math.min(nodes, limits.nodes());
        for (int n = 0; n <= room; n++) {
            passes[n] = prices.drafting(n);
        }
        int level = 2;
        for (; level <= Math.min(depth, limits.depth()); level++) {
            int rows = growth.advanceCommitting(width(level, room), room);
            if (rows == 0) {
                break;
            }
            int[] parents = new int[rows];
            int[] frontier = new int[rows];
            growth.writeFrontier(parents, frontier, 0);
            levels++;
            int before = growth.size();
            Children below = drafter.expand(parents, frontier, topK);
            next = growth.toCopy(branch, copied, level, depth);
            int[] ids = growth.frontierIds(below.firstNode());
            children = children(drafter, ids, below, growth::frontierScore, next);
            spent += costs.level().at(rows);
            learnProfile(children, level);
            growth.offerFrontier(children, 0);
            copied = growth.copy(branch, copied, level, depth);
            know(before);
        }
        int before = growth.size();
        for (; copied >= 0; level++) {
            copied = growth.copy(branch, copied, level, depth);
        }
        know(before);
        int size = Math.max(best(known, room).nodes(), growth.committed());
        usualNodes += FORGET * (size - usualNodes);
        return size == 0 ? DraftTree.empty() : growth.keep(size);
    }

    @Override
    public DraftTree planWithoutDraft(TokenHistory history, int depth, int nodes) {
        if (lookup == null || isPlain()) {
            return DraftTree.empty();
        }
        lookup.find(history);
        return lookup.first(nodesOf(lookup, Math.min(depth, Math.min(nodes, limits.nodes()))));
    }

    /** Whether the next cycle is a plain one, whatever drafts and copies promise. */
    private boolean isPlain() {
        return check.isDue() || allowance.isSpent();
    }

    /** How many of a branch's tokens are worth most as a tree without a draft. */
    private int nodesOf(LookupBranch branch, int room) {
        known.clear();
        float path = 0;
        for (int i = 0; i < Math.min(room, branch.length()); i++) {
            path += branch.logProb(i);
            known.add(Math.exp(path));
        }
        for (int n = 0; n <= known.size(); n++) {
            passes[n] = prices.interrupting(n);
        }
        return best(known, known.size()).nodes();
    }

    private Offspring children(
            Drafter drafter, int[] nodes, Children children, PathScore path, @Nullable CopiedToken copied) {
        return drawn && drafter.draws()
                ? Offspring.draw(
                        drafter,
                        nodes,
                        children,
                        row -> DrawnChild.fixed(children, row, path.of(row), Math.max(1, usualNodes)),
                        copied)
                : Offspring.of(children);
    }

    private void know(int from) {
        for (int i = from; i < growth.size(); i++) {
            known.add(Math.exp(growth.score(i)));
        }
    }

    @Override
    public void verified(DraftTree tree, int[] accepted, int next) {
        double gain = accepted.length + (next < 0 ? 0 : 1);
        if (drafting && lookup != null) {
            int copied = Math.min(copies, lookup.matching(tree, accepted, next));
            double larger = prices.drafting(tree.size()) - prices.resting(copies);
            bonus.learn(miss, gain - 1 - copied - rate() * larger, prices.draft(spent, tree.size()), levels);
        }
        double interruption = prices.interruption(drafting || tree.size() > 0);
        double cost = prices.verified(drafting, spent, tree.size());
        tokens += gain - FORGET * tokens;
        seconds += cost - FORGET * seconds;
        allowance.cycle(gain, (cost + interruption) / prices.plain());
        if (drafting) {
            // whatever was measured, a pass takes as long as a plain one
            rest.drafted(gain * prices.plain(), Math.max(cost, spent + prices.plain()));
            learnAcceptance(tree, accepted, next);
        }
        if (lookup != null) {
            lookup.learn(tree, accepted, next);
        }
    }

    @Override
    public void took(double elapsed) {
        check.cycle(prices.wasPlain(), prices.isUnsure(), rate() * prices.plain());
        prices.took(elapsed);
    }

    /** How many of the last level's nodes to expand: the number that promises most, 0 if none is worth it. */
    private int width(int level, int room) {
        double best = best(known, room).value();
        int bestWidth = 0;
        int[] frontier = growth.bestOfLastLayer(topK);
        promised.copy(known);
        for (int width = 1; width <= frontier.length; width++) {
            double path = Math.exp(growth.score(frontier[width - 1]));
            for (int rank = 0; rank < topK; rank++) {
                promised.add(path * profile.expected(level, rank));
            }
            Worth worth = best(promised, room);
            double value = worth.value() - rate() * prices.draft(costs.level().at(width), worth.nodes());
            if (value > best) {
                best = value;
                bestWidth = width;
            }
        }
        return bestWidth;
    }

    /**
     * The number of nodes that is worth most: tokens gained with the best so many, less the price of verifying them.
     */
    private Worth best(RankedProbabilities paths, int room) {
        double rate = rate();
        double gain = 1;
        double best = gain - rate * passes[0];
        int nodes = 0;
        for (int n = 1; n <= Math.min(paths.size(), room); n++) {
            gain += paths.get(n - 1);
            double value = gain - rate * passes[n];
            if (value > best) {
                best = value;
                nodes = n;
            }
        }
        return new Worth(nodes, best);
    }

    private record Worth(int nodes, double value) {}

    private double rate() {
        return tokens / seconds;
    }

    /** The profile's last rank is the drawn child's, if there are any. */
    private void learnProfile(Offspring children, int level) {
        for (int row = 0; row < children.rows(); row++) {
            for (int rank = 0; rank < children.fixed(row); rank++) {
                profile.learn(level, rank, acceptance.probability(children.logProb(row, rank), level));
            }
            if (children.hasDrawn(row)) {
                for (int rank = children.fixed(row); rank < topK - 1; rank++) {
                    profile.learn(level, rank, 0);
                }
                profile.learn(level, topK - 1, drawnAcceptance.probability(children.drawnLogProb(row), level));
            }
        }
    }

    /**
     * Every candidate whose parent the walk has left was accepted or not, verified or not: the token that came there is
     * known. A drawn child comes more often where it is verified, so those alone count.
     */
    private void learnAcceptance(DraftTree tree, int[] accepted, int next) {
        int parent = -1;
        for (int step = 0; step < accepted.length + (next < 0 ? 0 : 1); step++) {
            int token = step < accepted.length ? tree.tokens()[accepted[step]] : next;
            int child = -1;
            for (int candidate = parent + 1; candidate < growth.size(); candidate++) {
                if (growth.parent(candidate) == parent) {
                    boolean came = growth.token(candidate) == token;
                    if (!growth.isDrawn(candidate) && !growth.isCopied(candidate)) {
                        acceptance.learn(growth.logProb(candidate), step + 1, came);
                    } else if (growth.isDrawn(candidate) && tree.hasDraw(growth.draw(candidate))) {
                        drawnAcceptance.learn(growth.logProb(candidate), step + 1, came);
                    }
                    child = came ? candidate : child;
                }
            }
            parent = child;
            if (child < 0) {
                return;
            }
        }
    }
}
