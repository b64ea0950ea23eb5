package org.gto4j.tree;

import java.util.Arrays;

/**
 * The order of candidates: higher score first, then lower index. Indices ascend with depth, so a tie goes to the lower
 * depth. Its memory is used again. Not thread-safe.
 */
final class Ranking {
    private long[] keys = {};

    /**
     * Indices of the best {@code count} (or all, if fewer) of scores[from..to), best first. Scores are at most 0 and
     * not NaN.
     */
    int[] best(float[] scores, int from, int to, int count) {
        int candidates = to - from;
        if (keys.length < candidates) {
            keys = new long[Math.max(candidates, 2 * keys.length)];
        }
        for (int i = from; i < to; i++) {
            // The bits of non-negative floats ascend with their value; + 0.0f turns -0.0 into 0.0.
            keys[i - from] = (long) Float.floatToIntBits(-scores[i] + 0.0f) << Integer.SIZE | i;
        }
        Arrays.sort(keys, 0, candidates);
        int[] best = new int[Math.min(count, candidates)];
        for (int i = 0; i < best.length; i++) {
            best[i] = (int) keys[i];
        }
        return best;
    }
}
