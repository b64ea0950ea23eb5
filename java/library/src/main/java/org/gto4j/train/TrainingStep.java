package org.gto4j.train;

import java.util.Map;
import org.gto4j.common.RecordValues;
import org.gto4j.gto.GroupTreeOptimization;
import org.jspecify.annotations.Nullable;

/**
 * What one optimizer step did: a line of {@code metrics.jsonl}. Arrays have one entry a TTT pass; a pass without rows
 * holds NaN.
 *
 * @param step 1 for the first
 * @param totalSteps steps of the whole run, 0 if the budget is in minutes
 * @param fraction share of the budget used after this step, 0..1
 * @param tokens response tokens trained on so far
 * @param fill tokens of the step's micro-batches as a share of the rows that they may have; above 1 where a longer
 *     sequence is alone
 * @param loss mean token loss over unmasked rows
 * @param acceptance mean over unmasked rows of sum min(p, q): how likely speculative sampling accepts a draw from the
 *     draft; it compares losses
 * @param accuracy share of rows whose draft argmax is the target's; of the rows that are still there (see keepTopK)
 * @param kept share of rows whose next token is among the draft's keepTopK best
 * @param gradientNorm before clipping
 * @param learningRate of this step
 * @param tokensPerSecond response tokens a second of this step
 * @param seconds time of the run so far, all its parts together; processor time if the budget is
 * @param policy Phase II's figures by name (see {@link GroupTreeOptimization}); empty in Phase I
 */
public record TrainingStep(
        long step,
        long totalSteps,
        double fraction,
        long tokens,
        double fill,
        double[] loss,
        double[] acceptance,
        double[] accuracy,
        double[] kept,
        double gradientNorm,
        double learningRate,
        double tokensPerSecond,
        double seconds,
        Map<String, Double> policy) {
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
