package org.gto4j.lab.cli;

import org.gto4j.gto.GroupOptions;

/** The parameters of Phase II's policy term: groups, rewards, and what rewards make of accepted sequences. */
final class PolicyParameters {
    private static final GroupOptions GROUPS = GroupOptions.builder().build();

    static final Parameter<GroupOptions.Standardise> ADVANTAGE = Parameter.of(
                    ParameterGroup.GTO,
                    "advantage",
                    "OVER",
                    ValueType.choice(GroupOptions.Standardise.class),
                    "rewards are standardised over their group or their text (sequence)")
            .orElse(GROUPS.standardise());
    static final Parameter<Boolean> POSITIVE_ADVANTAGES = Parameter.flag(
            ParameterGroup.GTO, "positive-advantages", "positions that did worse than their group don't count");
    static final Parameter<Double> ADVANTAGE_DELTA = Parameter.of(
                    ParameterGroup.GTO,
                    "advantage-delta",
                    "X",
                    Numbers.above(0),
                    "added to the standard deviation that advantages are divided by; more tames groups whose rewards "
                            + "hardly differ")
            .orElse(GROUPS.advantageDelta());
    static final Parameter<Double> POLICY_CLIP = Parameter.of(
                    ParameterGroup.GTO,
                    "policy-clip",
                    "EPS",
                    Numbers.share().withoutLow().withoutHigh(),
                    "the ratio to the reference is clipped to 1 -+ EPS")
            .orElse(GROUPS.clip());
    static final Parameter<Double> DUAL_CLIP = Parameter.of(
                    ParameterGroup.GTO,
                    "dual-clip",
                    "C",
                    Numbers.above(1).orZeroToo(),
                    "where an advantage is negative the ratio counts as C at most; 0 = no such bound")
            .orElse(GROUPS.dualClip());
    static final Parameter<Boolean> WALK = Parameter.flag(
            ParameterGroup.GTO,
            "walk",
            "walk the scored trees to find what is accepted on the target's own texts, too, as is done on foreign ones");
    static final Parameter<Boolean> NO_REFERENCE = Parameter.flag(
            ParameterGroup.GTO, "no-reference", "don't subtract the reward of the frozen starting draft");

    static final Parameters ALL = RewardParameters.ALL.and(
            ADVANTAGE, POSITIVE_ADVANTAGES, ADVANTAGE_DELTA, POLICY_CLIP, DUAL_CLIP, WALK, NO_REFERENCE);

    private PolicyParameters() {}

    /** A builder with what was given of these parameters and of --tree. */
    static GroupOptions.Builder of(ParameterValues values) {
        return RewardParameters.of(values)
                .standardise(values.get(ADVANTAGE))
                .positiveOnly(values.get(POSITIVE_ADVANTAGES))
                .advantageDelta(values.get(ADVANTAGE_DELTA))
                .clip(values.get(POLICY_CLIP))
                .dualClip(values.get(DUAL_CLIP))
                .walk(values.get(WALK))
                .reference(!values.get(NO_REFERENCE));
    }
}
