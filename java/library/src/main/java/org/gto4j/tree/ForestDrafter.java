package org.gto4j.tree;

import org.jspecify.annotations.Nullable;

/** What trees of many roots are grown from: roots are rows of one context, named by their position (0-based). */
public interface ForestDrafter {
    /**
     * The most probable children of rows.
     *
     * @param rows n rows
     * @param k children a row, at most the draft's vocabulary
     * @param query n tokens whose log-probabilities are asked too, or null
     */
    Children roots(int[] rows, int k, int @Nullable [] query);

    /**
     * Evaluates n new nodes and returns their children; node i got the id {@code firstNode + i}.
     *
     * @param parents of each new node: the id of an earlier node, or -1 - row
     * @param tokens the new nodes' tokens, target ids
     * @param k children a node, at most the draft's vocabulary
     * @param query n tokens whose log-probabilities are asked too, or null
     */
    Children expand(int[] parents, int[] tokens, int k, int @Nullable [] query);
}
