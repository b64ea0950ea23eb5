package org.gto4j.tree;

import java.util.Arrays;

/** The order of candidates: higher score first, then lower index. Indices ascend with depth, so a tie goes to the lower depth. */
final class Ranking {
    private Ranking() {
    }

    /** Indices of the best {@code count} (or all, if fewer) of scores[from..to), best first. Scores are at most 0 and not NaN. */
    static int[] best(float[] scores, int from, int to, int count) {
        long[] keys = new long[to - from];
        for (int i = from; i < to; i++) {
            // The bits of non-negative floats ascend with their value; + 0.0f turns -0.0 into 0.0.
            keys[i - from] = (long) Float.floatToIntBits(-scores[i] + 0.0f) << Integer.SIZE | i;
        }
        Arrays.sort(keys);
        int[] best = new int[Math.min(count, keys.length)];
        for (int i = 0; i < best.length; i++) {
            best[i] = (int) keys[i];
        }
        return best;
    }
}
