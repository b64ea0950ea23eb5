package org.gto4j.lab.cli;

import org.apache.commons.cli.Options;
import org.gto4j.gto.GroupOptions;

/** The options of Phase II's groups and rewards. */
final class GroupValues {
    private static final GroupOptions GROUPS = GroupOptions.builder().build();

    private GroupValues() {}

    /** What decides which trees are scored, and how. */
    static Options addTo(Options options) {
        return options.addOption(CommandOptions.value(
                        null,
                        "reward",
                        "KIND",
                        "phase 2: lse (default), max, mean, exact (expected accepted length) or greedy (accepted "
                                + "length at temperature 0; costs no pass of the target on greedy texts)"))
                .addOption(CommandOptions.value(null, "eta", "X", "phase 2: sharpness of lse (default 1)"))
                .addOption(CommandOptions.value(
                        null,
                        "group-size",
                        "M",
                        "phase 2: adjacent positions of a group (default " + GROUPS.groupSize() + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "group-density",
                        "X",
                        "phase 2: most of a text's positions that groups take; few texts with many groups are cheaper "
                                + "than many with one (default " + GROUPS.density() + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "threshold",
                        "P",
                        "phase 2: the target isn't asked where less of any tree's reward is at stake (default "
                                + GROUPS.threshold() + ")"));
    }

    /** A builder with what was given of these options and of --tree. */
    static GroupOptions.Builder of(Values values) {
        return GroupOptions.builder()
                .tree(TreeSizes.single(values).tree())
                .groupSize(values.integer("group-size", GROUPS.groupSize(), 1))
                .density(values.number("group-density", GROUPS.density(), 0))
                .threshold(values.number("threshold", GROUPS.threshold(), 0))
                .reward(values.choice("reward", GROUPS.reward()), (float) values.number("eta", GROUPS.eta(), 0));
    }
}
