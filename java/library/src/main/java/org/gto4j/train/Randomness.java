package org.gto4j.train;

import java.util.SplittableRandom;

/** Random generators that are derived from numbers, never carried on: a resumed run needs no generator's state. */
public final class Randomness {
    private Randomness() {}

    /** The generator of a seed and the numbers of what it is for. */
    public static SplittableRandom of(long seed, long... numbers) {
        long state = mix(seed);
        for (long number : numbers) {
            state = mix(state ^ mix(number + 0x9E3779B97F4A7C15L));
        }
        return new SplittableRandom(state);
    }

    /** 0..n-1 in the order of an epoch (Fisher-Yates). */
    static int[] order(int n, long seed, int epoch) {
        SplittableRandom random = of(seed, epoch);
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** The finalizer of MurmurHash3 with the constants of variant 13 (as SplitMix64 has it). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
