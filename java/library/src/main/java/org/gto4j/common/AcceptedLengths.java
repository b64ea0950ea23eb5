package org.gto4j.common;

import java.util.Arrays;

/** How many draft tokens cycles accepted. */
public final class AcceptedLengths {
    private AcceptedLengths() {}

    /**
     * How deep trees were accepted. Entry k is the share of cycles that accepted more than k draft tokens, in [0, 1]
     * and falling; it ends with the longest accepted path.
     *
     * @param accepted draft tokens, one entry a cycle
     */
    public static double[] reached(int[] accepted) {
        double[] shares = new double[Arrays.stream(accepted).max().orElse(0)];
        for (int length : accepted) {
            for (int k = 0; k < length; k++) {
                shares[k] += 1.0 / accepted.length;
            }
        }
        return shares;
    }
}
