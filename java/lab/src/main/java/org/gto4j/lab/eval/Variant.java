package org.gto4j.lab.eval;

import java.util.Objects;
import org.gto4j.model.DraftModel;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * One of our own ways of decoding that is measured.
 *
 * @param label the draft's name in results, "none" without one
 * @param mode how
 * @param draft the draft, null exactly if the mode needs none; not closed by the evaluator
 * @param policy which tree it grows
 * @param costs what predicts how long its cycles take, or null for no prediction
 */
public record Variant(
        String label,
        Mode mode,
        @Nullable DraftModel draft,
        TreePolicy policy,
        @Nullable CycleCosts costs) {
    /** Checks that a draft is there exactly if it is needed. */
    public Variant {
        Objects.requireNonNull(policy, "policy");
        if (mode.isStock() || mode.needsDraft() != (draft != null)) {
            throw new IllegalArgumentException("mode " + mode.label()
                    + (mode.isStock()
                            ? " is stock llama-server's"
                            : draft == null ? " needs a draft" : " takes no draft"));
        }
    }

    /** Without a prediction. */
    public Variant(String label, Mode mode, @Nullable DraftModel draft, TreePolicy policy) {
        this(label, mode, draft, policy, null);
    }

    /** Plain decoding. */
    public static Variant plain() {
        return new Variant(DecodingMethod.plain().draft(), Mode.PLAIN, null, new NoTree());
    }

    /** Its name in results. */
    public DecodingMethod method() {
        return new DecodingMethod(label, mode, policy.name());
    }
}
