package org.gto4j.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.gto4j.common.RecordValues;
import org.gto4j.simulation.SimulatedTau;
import org.jspecify.annotations.Nullable;

/**
 * The draft on texts that it isn't trained on: a line of {@code metrics.jsonl} with a field "validation". Arrays have
 * one entry a TTT pass, over all response rows of up to 64 held-back sequences (none leaves, unlike those of
 * {@link TrainingStep}).
 *
 * @param step steps made before; 0 = the starting draft
 * @param fraction share of the budget used
 * @param loss mean soft cross-entropy over unmasked rows, nats, whatever token loss the run trains: without hard labels
 *     and miss decay, all rows in all passes, so that figures of different runs compare
 * @param accuracy share of rows whose draft argmax is the target's
 * @param chain simulated decoding with chains
 * @param tree simulated decoding with trees
 * @param sampled the texts decoded were sampled, as none held back is greedy: then their taus are those at the
 *     sampler's temperature, not at 0
 * @param best no validation before gave a higher tau with trees: {@code best.gguf} is this draft
 * @param seconds that this took; no part of the run's time
 */
public record Validation(
        long step,
        double fraction,
        double[] loss,
        double[] accuracy,
        SimulatedTau chain,
        SimulatedTau tree,
        boolean sampled,
        boolean best,
        double seconds) {
    /** The line. */
    ObjectNode toJson() {
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        Metrics.putAll(figures.putArray("loss"), loss);
        Metrics.putAll(figures.putArray("accuracy"), accuracy);
        figures.set("chain", chain.toJson());
        figures.set("tree", tree.toJson());
        figures.put("sampled", sampled).put("best", best).put("seconds", seconds);
        ObjectNode line =
                JsonNodeFactory.instance.objectNode().put("step", step).put("fraction", fraction);
        line.set("validation", figures);
        return line;
    }

    Validation asBest() {
        return new Validation(step, fraction, loss, accuracy, chain, tree, sampled, true, seconds);
    }

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
