package org.gto4j.gto;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.gto4j.common.Arguments;
import org.gto4j.data.CorpusSequence;

/**
 * Groups of adjacent positions of a text, none overlapping another (arXiv 2509.22134, section on group-based training).
 */
public final class Groups {
    private Groups() {}

    /**
     * Chooses places of groups, each set of places that fits being equally likely.
     *
     * @param first first position that may be taken
     * @param end position after the last
     * @param size positions a group
     * @param share positions taken as a share of all positions; at least one group is taken
     * @return each group's positions, ascending; one smaller group if fewer than {@code size} positions are there, none
     *     if fewer than two
     */
    static int[][] choose(int first, int end, int size, double share, SplittableRandom random) {
        int available = end - first;
        if (available < 2) {
            return new int[0][];
        }
        if (available < size) {
            return new int[][] {positions(first, available)};
        }
        int count = (int) Math.max(1, Math.min(available / size, Math.round(available * share / size)));
        // Non-overlapping places of `count` blocks are combinations of `count` out of the free cells plus the blocks.
        int[] cells = combination(available - count * size + count, count, random);
        int[][] groups = new int[count][];
        for (int i = 0; i < count; i++) {
            groups[i] = positions(first + cells[i] - i + i * size, size);
        }
        return groups;
    }

    /**
     * Chooses places of groups in each of a text's responses. Roots are tokens of a response, as in decoding: row t has
     * root x[t+1], and at least x[t+2] must be there to be accepted.
     *
     * @param size positions a group, at least 2
     * @return each group's positions, trunk rows, ascending
     */
    public static int[][] choose(CorpusSequence text, int size, double share, SplittableRandom random) {
        Arguments.atLeast("size", size, 2);
        return text.responses().stream()
                .flatMap(span -> Arrays.stream(choose(span.start() - 1, span.end() - 2, size, share, random)))
                .toArray(int[][]::new);
    }

    private static int[] positions(int first, int count) {
        int[] positions = new int[count];
        Arrays.setAll(positions, i -> first + i);
        return positions;
    }

    /** k different numbers of 0..n-1, ascending (Floyd's algorithm). */
    private static int[] combination(int n, int k, SplittableRandom random) {
        boolean[] taken = new boolean[n];
        for (int last = n - k; last < n; last++) {
            int pick = random.nextInt(last + 1);
            taken[taken[pick] ? last : pick] = true;
        }
        int[] chosen = new int[k];
        for (int i = 0, next = 0; i < n; i++) {
            if (taken[i]) {
                chosen[next++] = i;
            }
        }
        return chosen;
    }
}
