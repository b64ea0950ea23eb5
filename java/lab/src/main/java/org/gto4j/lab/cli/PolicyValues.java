package org.gto4j.lab.cli;

import org.apache.commons.cli.Options;
import org.gto4j.gto.GroupOptions;

/** The options of Phase II's policy term: groups, rewards, and what rewards make of accepted sequences. */
final class PolicyValues {
    private static final GroupOptions GROUPS = GroupOptions.builder().build();

    private PolicyValues() {}

    /** All of them. */
    static Options addTo(Options options) {
        return GroupValues.addTo(options)
                .addOption(CommandOptions.value(
                        null,
                        "advantage",
                        "OVER",
                        "phase 2: rewards are standardised over their group (the default) or their text (sequence)"))
                .addOption(CommandOptions.flag(
                        "positive-advantages", "phase 2: positions that did worse than their group don't count"))
                .addOption(CommandOptions.value(
                        null,
                        "advantage-delta",
                        "X",
                        "phase 2: added to the standard deviation that advantages are divided by; more tames groups "
                                + "whose rewards hardly differ (default " + GROUPS.advantageDelta() + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "policy-clip",
                        "EPS",
                        "phase 2: the ratio to the reference is clipped to 1 -+ EPS (default " + GROUPS.clip() + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "dual-clip",
                        "C",
                        "phase 2: where an advantage is negative the ratio counts as C at most, C > 1; 0 = none (default "
                                + GROUPS.dualClip() + ")"))
                .addOption(
                        CommandOptions.flag(
                                "walk",
                                "phase 2: walk the scored trees to find what is accepted on the target's own texts, too, as is done on foreign ones"))
                .addOption(CommandOptions.flag(
                        "no-reference", "phase 2: don't subtract the reward of the frozen starting draft"));
    }

    /** A builder with what was given of these options and of --tree. */
    static GroupOptions.Builder of(Values values) {
        return GroupValues.of(values)
                .standardise(values.choice("advantage", GROUPS.standardise()))
                .positiveOnly(values.has("positive-advantages"))
                .advantageDelta(values.number("advantage-delta", GROUPS.advantageDelta(), 0))
                .clip(values.number("policy-clip", GROUPS.clip(), 0))
                .dualClip(values.number("dual-clip", GROUPS.dualClip(), 0))
                .walk(values.has("walk"))
                .reference(!values.has("no-reference"));
    }
}
