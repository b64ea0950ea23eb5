package org.gto4j.tree;

import java.util.Locale;
import org.gto4j.common.Arguments;

/**
 * How a policy's trees have drawn children where a text is sampled: below each node the best children are fixed, and
 * one more child x is drawn from q', the draft's distribution over the rest of its vocabulary. With p, the target's
 * distribution as the sampler leaves it, x is accepted with probability min(1, p(x) / q'(x)); otherwise the token is
 * drawn from (p - q')+, renormalised, and may still be a fixed child. So each token is a draw from p whatever the draft
 * says, and it is in the tree with probability "sum over the fixed children of p + sum over the rest of min(p, q')"
 * (arXiv 2502.18779). At temperature 0 trees are as without it.
 *
 * <p>Texts depend on the trees then: the same seed gives the same text only where the trees are the same, which
 * cost-aware ones aren't, since they follow measured times.
 *
 * @param temperature of the draft's distribution, at least 0.01
 */
public record DrawnChild(double temperature) {
    /** Least temperature. */
    public static final double LEAST_TEMPERATURE = 0.01;

    private static final double LEAST_MASS = 1e-6;
    /**
     * The part of the rest's mass that a drawn child is taken to win, as draft and target overlap there in part only.
     * It decides which children are kept, and nothing else.
     */
    private static final double SHARE = 0.3;

    /** Checks the temperature. */
    public DrawnChild {
        Arguments.check(
                temperature >= LEAST_TEMPERATURE && Double.isFinite(temperature),
                "the draft's temperature must be at least %s, found %s",
                LEAST_TEMPERATURE,
                temperature);
    }

    /** At temperature 1: from the distribution that the draft was trained for. */
    public static DrawnChild ofDraft() {
        return new DrawnChild(1);
    }

    /** A policy's name with drawn children, e.g. "chain 4 drawn" or, at another temperature, "chain 4 drawn at 0.7". */
    String named(String policy) {
        return policy + " drawn" + (temperature == 1 ? "" : String.format(Locale.ROOT, " at %s", temperature));
    }

    /**
     * How many of a node's children are fixed in a tree of so many nodes: those whose paths are probable enough to stay
     * in it, a half of an even share, and not all of them. A function of the draft's probabilities alone.
     *
     * @param pathScore log-probability of the node's path
     */
    static int fixed(Children children, int row, float pathScore, double nodes) {
        double least = -Math.log(2 * nodes) - pathScore;
        int count = 0;
        while (count < children.k() - 1 && children.logProb(row * children.k() + count) >= least) {
            count++;
        }
        return count;
    }

    /**
     * Log of how probable it is that a drawn child is accepted, as far as its siblings tell: the same whatever token is
     * drawn, so that a tree may be chosen by it.
     *
     * @param fixedMass the draft's probability of the fixed children together
     */
    static float logProb(double fixedMass) {
        return (float) Math.log(SHARE * Math.min(1, Math.max(LEAST_MASS, 1 - fixedMass)));
    }
}
