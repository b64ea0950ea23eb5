package org.gto4j.tree;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a tree may have below some nodes, a row each: the first of the draft's children, and perhaps a drawn one, which
 * isn't among them.
 */
final class Offspring {
    private final Children children;
    private final int[] fixed;
    private final float[] drawnLogProbs;
    private final @Nullable DrawnTokens drawn;

    private Offspring(Children children, int[] fixed, float[] drawnLogProbs, @Nullable DrawnTokens drawn) {
        this.children = children;
        this.fixed = fixed;
        this.drawnLogProbs = drawnLogProbs;
        this.drawn = drawn;
    }

    /** All children, none of them drawn. */
    static Offspring of(Children children) {
        return of(children, row -> children.k());
    }

    /**
     * Some children, none of them drawn.
     *
     * @param most how many of a row's children are taken
     */
    static Offspring of(Children children, IntUnaryOperator most) {
        int[] fixed = new int[children.rows()];
        for (int row = 0; row < fixed.length; row++) {
            fixed[row] = Math.min(children.k(), most.applyAsInt(row));
        }
        return new Offspring(children, fixed, new float[0], null);
    }

    /**
     * Draws a child for each row.
     *
     * @param nodes the rows' nodes as {@link Drafter#draw} calls them
     * @param most how many of a row's children may be fixed; a function of what is known before the draws
     * @param copied a fixed child that isn't the draft's; it isn't among this offspring, but isn't drawn either
     */
    static Offspring draw(
            Drafter drafter, int[] nodes, Children children, IntUnaryOperator most, @Nullable CopiedToken copied) {
        int[] fixed = new int[nodes.length];
        int[][] tokens = new int[nodes.length][];
        float[] logProbs = new float[nodes.length];
        for (int row = 0; row < nodes.length; row++) {
            int first = row * children.k();
            fixed[row] = Math.min(children.k(), most.applyAsInt(row));
            tokens[row] = Arrays.copyOfRange(children.tokens(), first, first + fixed[row]);
            double mass = 0;
            for (int i = first; i < first + fixed[row]; i++) {
                mass += Math.exp(children.logProb(i));
            }
            if (copied != null && copied.row() == row && !contains(tokens[row], copied.token())) {
                tokens[row] = append(tokens[row], copied.token());
                mass += (1 - mass) * Math.exp(copied.logProb());
            }
            logProbs[row] = DrawnChild.logProb(mass);
        }
        return new Offspring(children, fixed, logProbs, drafter.draw(nodes, tokens));
    }

    private static boolean contains(int[] tokens, int token) {
        return Arrays.stream(tokens).anyMatch(other -> other == token);
    }

    private static int[] append(int[] tokens, int token) {
        int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
        longer[tokens.length] = token;
        return longer;
    }

    /** The id of the first evaluated node, see {@link Children#firstNode()}. */
    int firstNode() {
        return children.firstNode();
    }

    int rows() {
        return fixed.length;
    }

    /** Most children of a row. */
    int most() {
        return children.k() + (drawn == null ? 0 : 1);
    }

    /** Children of a row that are fixed: the first ones. */
    int fixed(int row) {
        return fixed[row];
    }

    int token(int row, int rank) {
        return children.tokens()[row * children.k() + rank];
    }

    float logProb(int row, int rank) {
        return children.logProb(row * children.k() + rank);
    }

    boolean hasDrawn(int row) {
        return drawn != null && drawn.tokens()[row] >= 0;
    }

    /** Token of a row's drawn child, which must be there. */
    int drawnToken(int row) {
        return drawn().tokens()[row];
    }

    /** Number of its draw. */
    int draw(int row) {
        return drawn().firstDraw() + row;
    }

    /** Log of its probability to be accepted, by {@link DrawnChild#logProb}. */
    float drawnLogProb(int row) {
        return drawnLogProbs[row];
    }

    private DrawnTokens drawn() {
        if (drawn == null) {
            throw new IllegalStateException("nothing was drawn");
        }
        return drawn;
    }
}
