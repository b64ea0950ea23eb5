package org.gto4j.bench;

import java.util.SplittableRandom;
import org.gto4j.tree.Children;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.TokenHistory;

/**
 * A drafter that costs nothing: each node's children have the same probabilities, 0.4 and then 0.45 of the one before.
 */
final class FixedDraft implements Drafter {
    private final SplittableRandom random = new SplittableRandom(1);
    private int nodes;

    private Children children(int first, int rows, int k) {
        int[] tokens = new int[rows * k];
        float[] logProbs = new float[rows * k];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i % k + k * random.nextInt(100);
            logProbs[i] = (float) (Math.log(0.4) + i % k * Math.log(0.45));
        }
        return new Children(first, k, tokens, logProbs, null);
    }

    @Override
    public Children roots(int k) {
        nodes = 0;
        return children(-1, 1, k);
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        int first = nodes;
        nodes += parents.length;
        return children(first, parents.length, k);
    }

    @Override
    public TokenHistory history() {
        return new TokenHistory() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public int token(int i) {
                return i;
            }
        };
    }
}
