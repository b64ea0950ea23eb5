package org.gto4j.gto;

import org.gto4j.error.GtoException;

/**
 * What a draft tree is worth, and how exactly that is asked.
 *
 * @param reward the formula
 * @param eta sharpness of {@link Reward#LSE}, above 0; the others don't look at it
 * @param temperature of the target's distribution, at least 0; 1 = its own, 0: 1 for the most probable token, else 0
 * @param threshold the target isn't asked what comes after a node if that can't move any tree's reward by this much; it
 *     then counts as 0. In [0, 1), 0 = everything is asked
 */
public record RewardOptions(Reward reward, float eta, float temperature, double threshold) {
    /** Checks the ranges. */
    public RewardOptions {
        require(eta > 0 && Float.isFinite(eta), "eta", "> 0", eta);
        require(temperature >= 0 && Float.isFinite(temperature), "temperature", ">= 0", temperature);
        require(threshold >= 0 && threshold < 1, "threshold", "in [0, 1)", threshold);
    }

    private static void require(boolean good, String name, String expected, Object found) {
        if (!good) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "reward option " + name + ": expected " + expected + ", found " + found);
        }
    }

    /** All probabilities of the target, whatever they are for. */
    public static RewardOptions exact(float temperature) {
        return new RewardOptions(Reward.EXACT, 1, temperature, 0);
    }

    /** The same with another threshold. */
    public RewardOptions withThreshold(double another) {
        return new RewardOptions(reward, eta, temperature, another);
    }
}
