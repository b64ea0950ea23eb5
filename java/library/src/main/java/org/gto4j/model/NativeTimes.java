package org.gto4j.model;

/**
 * What the native calls of a target's and a draft's session took together, ns since they were opened; see
 * gto_session_times and gto_draft_session_times.
 *
 * @param target the target's
 * @param draft the draft's, zeros without one
 */
public record NativeTimes(Target target, Draft draft) {
    /** Of nothing yet. */
    public static final NativeTimes NONE = new NativeTimes(new Target(0, 0, 0, 0, 0), Draft.NONE);

    record Target(long calls, long waited, long decode, long draw, long features) {
        Target since(Target before) {
            return new Target(
                    calls - before.calls,
                    waited - before.waited,
                    decode - before.decode,
                    draw - before.draw,
                    features - before.features);
        }
    }

    public record Draft(long calls, long waited, long products, long kernels) {
        /** Of decoding without a draft. */
        public static final Draft NONE = new Draft(0, 0, 0, 0);

        Draft since(Draft before) {
            return new Draft(
                    calls - before.calls, waited - before.waited, products - before.products, kernels - before.kernels);
        }
    }

    public NativeTimes since(NativeTimes before) {
        return new NativeTimes(target.since(before.target), draft.since(before.draft));
    }

    /**
     * Splits the time of cycles that Java measured around these calls.
     *
     * @param cycles as a whole, ns
     * @param drafting of it, drafting
     * @param draftCalls of that, in the draft's session
     * @param verifying in the target's session
     */
    public DecodingTimes split(long cycles, long drafting, long draftCalls, long verifying) {
        return new DecodingTimes(
                target.decode,
                draft.products,
                draft.kernels,
                draft.calls - draft.waited - draft.products - draft.kernels,
                drafting - draftCalls,
                draftCalls - draft.calls + verifying - target.calls,
                target.draw,
                target.features,
                target.calls - target.waited - target.decode - target.draw - target.features,
                cycles - drafting - verifying,
                target.waited + draft.waited);
    }
}
