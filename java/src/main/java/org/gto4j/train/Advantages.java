package org.gto4j.train;

/** Rewards compared within a group (arXiv 2509.22134 eq. 8-9). */
public final class Advantages {
    private Advantages() {
    }

    /**
     * (R - mean) / (std + delta) of one of the rewards that it is compared with.
     *
     * @param reward   R
     * @param compared R among them
     * @param delta    as below
     */
    static double of(double reward, double[] compared, double delta) {
        double mean = 0;
        for (double one : compared) {
            mean += one / compared.length;
        }
        double variance = 0;
        for (double one : compared) {
            variance += (one - mean) * (one - mean) / compared.length;
        }
        return (reward - mean) / (Math.sqrt(variance) + delta);
    }

    /**
     * (R - mean) / (std + delta), with the standard deviation of the group itself (divided by m).
     *
     * @param rewards of a group; differences to the reference's rewards
     * @param delta   above 0: keeps a group whose rewards hardly differ from being blown up to noise of size one
     * @return one advantage a reward; all 0 if the rewards are equal
     */
    public static double[] of(double[] rewards, double delta) {
        double[] advantages = new double[rewards.length];
        for (int i = 0; i < rewards.length; i++) {
            advantages[i] = of(rewards[i], rewards, delta);
        }
        return advantages;
    }
}
