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
