package org.gto4j.tree;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A drafter of one cycle whose children have the probabilities of a {@link NodeScorer}. */
final class ScoredDrafter implements Drafter {
    /** For each child that is kept so many are asked for: the text may make a further one a good one. */
    private static final int OFFERED = 3;

    private final Drafter drafter;
    private final NodeScorer scorer;
    private final int[] root;
    private final Map<Integer, int[]> paths = new HashMap<>();

    ScoredDrafter(Drafter drafter, NodeScorer scorer) {
        this.drafter = drafter;
        this.scorer = scorer;
        root = TextNgrams.lastOf(drafter.history());
    }

    @Override
    public TokenHistory history() {
        return drafter.history();
    }

    @Override
    public boolean draws() {
        return drafter.draws();
    }

    @Override
    public DrawnTokens draw(int[] nodes, int[][] fixed) {
        return drafter.draw(nodes, fixed);
    }

    @Override
    public Children roots(int k) {
        return scorer.score(drafter.roots(OFFERED * k), k, new int[][] {root});
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        Children children = drafter.expand(parents, tokens, OFFERED * k);
        int[][] to = new int[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            int[] above = parents[i] < 0 ? root : Objects.requireNonNull(paths.get(parents[i]));
            to[i] = TextNgrams.append(above, tokens[i]);
            paths.put(children.firstNode() + i, to[i]);
        }
        return scorer.score(children, k, to);
    }
}
