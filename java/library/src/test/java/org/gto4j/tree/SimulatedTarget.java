package org.gto4j.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.gto4j.model.Verification;

/**
 * A target that mostly agrees with a {@link FakeDraft}: it chooses by the draft's log-probabilities and its own noise.
 */
final class SimulatedTarget {
    private final double noise;

    /** @param noise from 0: the draft's choice, to far above the spread of its logits: any token */
    SimulatedTarget(double noise) {
        this.noise = noise;
    }

    /** What it makes of a tree; {@code cycle} and the path say what it chooses. */
    Verification verify(DraftTree tree, FakeDraft draft, long cycle) {
        List<Integer> path = new ArrayList<>();
        List<Integer> tokens = new ArrayList<>();
        for (int at = -1; ; ) {
            int chosen = choice(draft.logProbs(0, tokens), cycle * 31L + tokens.hashCode());
            int next = -1;
            for (int node = at + 1; node < tree.size() && next < 0; node++) {
                if (tree.parents()[node] == at && tree.tokens()[node] == chosen) {
                    next = node;
                }
            }
            if (next < 0) {
                return new Verification(
                        path.stream().mapToInt(Integer::intValue).toArray(), chosen);
            }
            path.add(next);
            tokens.add(chosen);
            at = next;
        }
    }

    private int choice(float[] logProbs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int best = 0;
        double top = Double.NEGATIVE_INFINITY;
        for (int token = 0; token < logProbs.length; token++) {
            double value = logProbs[token] + noise * (random.nextDouble() - 0.5);
            if (value > top) {
                top = value;
                best = token;
            }
        }
        return best;
    }
}
