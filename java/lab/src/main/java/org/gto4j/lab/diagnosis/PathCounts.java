package org.gto4j.lab.diagnosis;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.gto4j.common.RecordValues;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * Counts of a text's cycles. Arrays have an entry a depth: entry d - 1 belongs to depth d.
 *
 * @param cycles counted
 * @param missing cycles whose tree lacks the greedy path from depth d on
 * @param greedyReached cycles whose greedy path is taken to depth d at least
 * @param treeReached cycles whose accepted path has depth d at least
 * @param onGreedyPath cycles that accepted something, all of it on the greedy path
 * @param lost cycles whose greedy path would have gone further than the tree
 * @param offered tokens that the text takes of all that was offered for the trees, all cycles together
 * @param ends cycles by why their accepted paths ended
 */
public record PathCounts(
        int cycles,
        int[] missing,
        int[] greedyReached,
        int[] treeReached,
        int onGreedyPath,
        int lost,
        int offered,
        Map<PathEnd, Integer> ends) {
    private static final int MOST_DEPTH = 10_000;

    /**
     * Counts cycles.
     *
     * @param depth length of the greedy paths: no less than any path of the cycles, at most 10000
     */
    public static PathCounts of(List<PathCycle> cycles, int depth) {
        int longest = cycles.stream().mapToInt(PathCounts::longest).max().orElse(0);
        if (depth < longest || depth > MOST_DEPTH) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "depth of the greedy paths: expected " + longest + ".." + MOST_DEPTH + ", found " + depth);
        }
        int[] missing = new int[depth];
        int[] greedy = new int[depth];
        int[] tree = new int[depth];
        for (PathCycle cycle : cycles) {
            if (cycle.pruned()) {
                missing[cycle.kept().length]++;
            }
            countTo(greedy, cycle.greedyAccepted());
            countTo(tree, cycle.accepted().length);
        }
        return new PathCounts(
                cycles.size(),
                missing,
                greedy,
                tree,
                (int) cycles.stream().filter(PathCycle::onGreedyPath).count(),
                (int) cycles.stream().filter(cycle -> cycle.lost() > 0).count(),
                cycles.stream().mapToInt(PathCycle::offered).sum(),
                ends(cycles));
    }

    private static int longest(PathCycle cycle) {
        return Math.max(
                cycle.pruned() ? cycle.kept().length + 1 : 0,
                Math.max(cycle.greedyAccepted(), cycle.accepted().length));
    }

    private static Map<PathEnd, Integer> ends(List<PathCycle> cycles) {
        Map<PathEnd, Integer> ends = new EnumMap<>(PathEnd.class);
        cycles.forEach(cycle -> ends.merge(cycle.end(), 1, Integer::sum));
        return ends;
    }

    private static void countTo(int[] counts, int length) {
        for (int i = 0; i < length; i++) {
            counts[i]++;
        }
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
