package org.gto4j.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DrawnChildren;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.DrawnTokens;

/**
 * Drawn children of one cycle's tree below a token of a known text: where a node stands on the text itself, its drawn
 * child is drawn with the text's next token in view ({@link CoupledDraw}). Not thread-safe.
 */
final class KnownDraws {
    private static final long SEED = 1;

    private final DraftSession session;
    private final DrawnChild how;
    private final DrawnChildren drawn;
    private final TextDistribution target;
    private final SplittableRandom random = new SplittableRandom(SEED);
    /** Nodes on the text, by id: the text's token that each is. */
    private final Map<Integer, Integer> onText = new HashMap<>();

    private int[] text = {};
    private int root;

    /**
     * @param drawn where draws that don't know the text go
     * @param target over the vocabulary of the session's draft
     */
    KnownDraws(DraftSession session, DrawnChild how, DrawnChildren drawn, TextDistribution target) {
        this.session = session;
        this.how = how;
        this.drawn = drawn;
        this.target = target;
    }

    /** Where draws that don't know the text go. */
    DrawnChildren drawn() {
        return drawn;
    }

    /** The next cycle's tree begins below the text's token {@code root}. */
    void begins(int[] tokens, int newRoot) {
        text = tokens;
        root = newRoot;
        onText.clear();
    }

    /** Nodes were evaluated: {@code first}, first + 1, ... */
    void expanded(int[] parents, int[] tokens, int first) {
        for (int i = 0; i < parents.length; i++) {
            int next = next(parents[i]);
            if (next >= 0 && text[next] == tokens[i]) {
                onText.put(first + i, next);
            }
        }
    }

    /** Index of the token that the text has below a node, -1 if it isn't on the text or ends it. */
    private int next(int node) {
        int at = node < 0 ? root : onText.getOrDefault(node, text.length);
        return at + 1 < text.length ? at + 1 : -1;
    }

    /** @param free draws that don't know the text, one a node */
    DrawnTokens couple(DrawnTokens free, int[] nodes, int[][] fixed) {
        int[] tokens = free.tokens().clone();
        for (int i = 0; i < nodes.length; i++) {
            int next = next(nodes[i]);
            float[] p = next < 0 ? null : target.after(next - 1);
            if (p != null && tokens[i] >= 0) {
                tokens[i] = draw(nodes[i] < 0 ? root - 1 : -1 - nodes[i], fixed[i], p, text[next], tokens[i]);
            }
        }
        return new DrawnTokens(free.firstDraw(), tokens);
    }

    /** @param otherwise the token if rounding leaves none */
    private int draw(int rowOrNode, int[] fixed, float[] p, int next, int otherwise) {
        double[] weights = weights(session.logits(rowOrNode), fixed);
        int x = CoupledDraw.draw(weights, p, target.place(next), random.nextDouble(), random.nextDouble());
        return x < 0 ? otherwise : target.token(x);
    }

    private double[] weights(float[] logits, int[] fixed) {
        float top = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            top = Math.max(top, logit);
        }
        double[] weights = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - top) / how.temperature());
        }
        for (int token : fixed) {
            int place = target.place(token);
            if (place >= 0) {
                weights[place] = 0;
            }
        }
        return weights;
    }
}
