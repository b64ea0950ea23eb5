package org.gto4j.eval;

import java.util.Objects;

import org.gto4j.DraftModel;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * One way of decoding that is measured.
 *
 * @param label  the draft's name in results, "none" without one
 * @param mode   how
 * @param draft  the draft, null exactly if the mode needs none; not closed by the evaluator
 * @param policy which tree it grows
 */
public record Variant(String label, Mode mode, @Nullable DraftModel draft, TreePolicy policy) {
    /** Checks that a draft is there exactly if it is needed. */
    public Variant {
        Objects.requireNonNull(policy, "policy");
        if (mode.needsDraft() != (draft != null)) {
            throw new IllegalArgumentException("mode " + mode.label() + (draft == null ? " needs a draft" : " takes no draft"));
        }
    }

    /** Plain decoding. */
    public static Variant plain() {
        return new Variant("none", Mode.PLAIN, null, new NoTree());
    }
}
