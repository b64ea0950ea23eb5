package org.gto4j.gto;

/** Rewards compared within a group (arXiv 2509.22134 eq. 8-9). */
public final class Advantages {
    private Advantages() {}

    /**
     * (R - mean) / (std + delta), with the standard deviation of the group itself (divided by m).
     *
     * @param rewards of a group, or of all of a text's; differences to the reference's rewards
     * @param delta above 0: keeps a group whose rewards hardly differ from being blown up to noise of size one
     * @return one advantage a reward; all 0 if the rewards are equal
     */
    public static double[] of(double[] rewards, double delta) {
        double mean = 0;
        for (double reward : rewards) {
            mean += reward / rewards.length;
        }
        double variance = 0;
        for (double reward : rewards) {
            variance += (reward - mean) * (reward - mean) / rewards.length;
        }
        double scale = Math.sqrt(variance) + delta;
        double[] advantages = new double[rewards.length];
        for (int i = 0; i < rewards.length; i++) {
            advantages[i] = (rewards[i] - mean) / scale;
        }
        return advantages;
    }
}
