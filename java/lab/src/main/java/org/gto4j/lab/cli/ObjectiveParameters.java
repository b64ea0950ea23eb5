package org.gto4j.lab.cli;

import org.gto4j.gto.Reward;
import org.gto4j.gto.TreeGradientOptions;

/** Which objective phase 2 has beside the token loss, and the parameters of the tree gradient. */
final class ObjectiveParameters {
    /** What phase 2 adds to the token loss. */
    enum Objective {
        /** The paper's policy term. */
        GTO,
        /** The gradient of the expected accepted length, made smooth. */
        TREE_GRADIENT
    }

    private static final TreeGradientOptions GRADIENT =
            TreeGradientOptions.builder().build();

    static final Parameter<Objective> OBJECTIVE = Parameter.of(
                    ParameterGroup.GTO,
                    "objective",
                    "KIND",
                    ValueType.choice(Objective.class),
                    "what is added to the token loss: the paper's policy term, or the true gradient of the tree's "
                            + "expected accepted length, made smooth")
            .orElse(Objective.GTO);
    static final Parameter<Double> CANDIDATES = Parameter.of(
                    ParameterGroup.GTO,
                    "candidates",
                    "X",
                    Numbers.above(1),
                    "tree-gradient: nodes that may get into the tree, as a multiple of its nodes")
            .orElse(GRADIENT.candidates());
    static final Parameter<Double> BANDWIDTH = Parameter.of(
                    ParameterGroup.GTO,
                    "bandwidth",
                    "H",
                    Numbers.above(0),
                    "tree-gradient: how far from the tree's border candidates are moved, in nats of path score")
            .orElse(GRADIENT.bandwidth());

    static final Parameters ALL = Parameters.of(OBJECTIVE, CANDIDATES, BANDWIDTH);

    private static final Parameters OF_GRADIENT = Parameters.of(CANDIDATES, BANDWIDTH);

    private ObjectiveParameters() {}

    /**
     * The objective; {@link UsageException} if a parameter is given that only the other one has.
     *
     * @param ofGto those that the tree gradient doesn't have
     */
    static Objective of(ParameterValues values, Parameters ofGto) {
        Objective objective = values.get(OBJECTIVE);
        for (Parameter<?> other : objective == Objective.GTO ? OF_GRADIENT : ofGto) {
            if (values.has(other)) {
                throw new UsageException(other.label() + ": goes with "
                        + (objective == Objective.GTO ? "objective tree-gradient alone" : "objective gto alone"));
            }
        }
        return objective;
    }

    /** A builder with what was given of these parameters, of rewards and of --tree. */
    static TreeGradientOptions.Builder gradient(ParameterValues values) {
        Reward reward = values.find(RewardParameters.REWARD).orElse(GRADIENT.reward());
        if (reward != Reward.EXACT && reward != Reward.GREEDY) {
            throw ParameterValues.wrong(
                    RewardParameters.REWARD,
                    "exact or greedy with objective tree-gradient",
                    values.typed(RewardParameters.REWARD));
        }
        return TreeGradientOptions.builder()
                .tree(values.get(TreeSizes.TREE))
                .candidates(values.get(CANDIDATES))
                .bandwidth(values.get(BANDWIDTH))
                .reward(reward)
                .groupSize(values.get(RewardParameters.GROUP_SIZE))
                .density(values.get(RewardParameters.GROUP_DENSITY))
                .threshold(values.get(RewardParameters.THRESHOLD));
    }
}
