package org.gto4j.model;

import org.gto4j.common.RecordValues;
import org.jspecify.annotations.Nullable;

/**
 * Sums over a micro-batch; every array has one entry a TTT pass.
 *
 * @param pairs response pairs evaluated, masked or not
 * @param unmasked of these, pairs in the token loss
 * @param correct pairs whose draft argmax is the target's argmax
 * @param kept pairs whose next token is among the draft's keepTopK best (10 if that is 0)
 * @param loss sum of the token loss over unmasked pairs
 * @param acceptance sum of alpha = sum min(p, q) over unmasked pairs: how likely speculative sampling accepts a draw
 *     from the draft
 * @param policy sum of policy weight times log M
 * @param objective the scalar whose gradient was added
 */
public record TrainingBatchResult(
        int[] pairs,
        int[] unmasked,
        int[] correct,
        int[] kept,
        double[] loss,
        double[] acceptance,
        double[] policy,
        double objective) {
    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
