package org.gto4j.lab.cli;

import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.Reward;

/** The parameters of Phase II's groups and rewards: which trees are scored, and how. */
final class RewardParameters {
    private static final GroupOptions GROUPS = GroupOptions.builder().build();

    static final Parameter<Reward> REWARD = Parameter.of(
                    ParameterGroup.GTO,
                    "reward",
                    "KIND",
                    ValueType.choice(Reward.class),
                    "what a tree is worth; exact: its expected accepted length, greedy: its accepted length at "
                            + "temperature 0, which costs no pass of the target on greedy texts")
            .orElse(GROUPS.reward());
    static final Parameter<Double> ETA = Parameter.of(
                    ParameterGroup.GTO, "eta", "X", Numbers.above(0), "sharpness of lse")
            .orElse((double) GROUPS.eta());
    static final Parameter<Integer> GROUP_SIZE = Parameter.of(
                    ParameterGroup.GTO,
                    "group-size",
                    "M",
                    WholeNumbers.atLeast(GroupOptions.LEAST_GROUP),
                    "adjacent positions of a group")
            .orElse(GROUPS.groupSize());
    static final Parameter<Double> GROUP_DENSITY = Parameter.of(
                    ParameterGroup.GTO,
                    "group-density",
                    "X",
                    Numbers.share().withoutLow(),
                    "most of a text's positions that groups take; few texts with many groups are cheaper than many "
                            + "with one")
            .orElse(GROUPS.density());
    static final Parameter<Double> THRESHOLD = Parameter.of(
                    ParameterGroup.GTO,
                    "threshold",
                    "P",
                    Numbers.share().withoutHigh(),
                    "the target isn't asked where less of any tree's reward is at stake")
            .orElse(GROUPS.threshold());

    static final Parameters ALL = Parameters.of(REWARD, ETA, GROUP_SIZE, GROUP_DENSITY, THRESHOLD);

    private RewardParameters() {}

    /** A builder with what was given of these parameters and of --tree. */
    static GroupOptions.Builder of(ParameterValues values) {
        return GroupOptions.builder()
                .tree(values.get(TreeSizes.TREE))
                .groupSize(values.get(GROUP_SIZE))
                .density(values.get(GROUP_DENSITY))
                .threshold(values.get(THRESHOLD))
                .reward(values.get(REWARD), values.get(ETA).floatValue());
    }
}
