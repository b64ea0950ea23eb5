package org.gto4j.tree;

/** What a tree of one root is grown from. */
public interface Drafter {
    /** The text that the tree continues. */
    TokenHistory history();

    /**
     * The k most probable children of the root; fewer (see {@link Children#k()}) if the draft's vocabulary is smaller.
     */
    Children roots(int k);

    /**
     * Evaluates new nodes and returns their children.
     *
     * @param parents of each new node: the id of an earlier node, or -1 = the root
     * @param tokens the new nodes' tokens, target ids
     * @param k children a node; fewer come if the draft's vocabulary is smaller
     * @return children; node i got the id {@code firstNode + i}
     */
    Children expand(int[] parents, int[] tokens, int k);

    /** Whether children may be drawn: the text is sampled, and the policy's trees have {@link DrawnChild}ren. */
    default boolean draws() {
        return false;
    }

    /**
     * Draws one child of each of these nodes from the draft's distribution over the other tokens than the fixed ones.
     * What is drawn may go into the tree beside the fixed children, as {@link DraftTree#draws()} says. Whether it does
     * mustn't depend on its token, nor on anything that is known because of its token: else texts lose the target's
     * distribution. Only if {@link #draws()}; nodes of the last call of {@link #roots} or {@link #expand} are cheap.
     *
     * @param nodes ids of evaluated nodes, or -1 = the root
     * @param fixed each node's fixed children, target ids
     */
    default DrawnTokens draw(int[] nodes, int[][] fixed) {
        throw new IllegalStateException("this drafter draws no children");
    }

    /** A drafter for policies that need no draft: it knows the text and nothing else. */
    static Drafter ofText(TokenHistory history) {
        return new Drafter() {
            @Override
            public TokenHistory history() {
                return history;
            }

            @Override
            public Children roots(int k) {
                throw new IllegalStateException("a policy that needs no draft asked for children");
            }

            @Override
            public Children expand(int[] parents, int[] tokens, int k) {
                throw new IllegalStateException("a policy that needs no draft asked for children");
            }
        };
    }
}
