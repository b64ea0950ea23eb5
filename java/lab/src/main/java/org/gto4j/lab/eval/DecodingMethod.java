package org.gto4j.lab.eval;

/**
 * Which way of decoding a figure belongs to.
 *
 * @param draft the draft's name, "none" without one
 * @param mode how it decodes
 * @param policy the same with sizes, e.g. "chain 4", "tree 60/7/10", "plain"; "8 x chain 4" decodes eight texts at once
 */
public record DecodingMethod(String draft, Mode mode, String policy) {
    private static final String NO_DRAFT = "none";

    /** Our plain decoding, which all others are compared with. */
    public static DecodingMethod plain() {
        return without(Mode.PLAIN, Mode.PLAIN.label());
    }

    /** A way that needs no draft. */
    static DecodingMethod without(Mode mode, String policy) {
        return new DecodingMethod(NO_DRAFT, mode, policy);
    }

    /** The same, several texts at once. */
    public DecodingMethod inBatches(int slots) {
        return new DecodingMethod(draft, mode, slots + " x " + policy);
    }

    /** For tables: the policy, and the draft if there is one. */
    public String label() {
        return mode.needsDraft() ? policy + " " + draft : policy;
    }
}
