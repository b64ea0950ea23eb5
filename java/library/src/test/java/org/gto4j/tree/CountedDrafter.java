package org.gto4j.tree;

/** A drafter that adds up what its levels take. */
final class CountedDrafter implements Drafter {
    private final Drafter drafter;
    private final TokenHistory text;
    private final CostTable level;
    private double seconds;

    CountedDrafter(Drafter drafter, TokenHistory text, CostTable level) {
        this.drafter = drafter;
        this.text = text;
        this.level = level;
    }

    double seconds() {
        return seconds;
    }

    @Override
    public TokenHistory history() {
        return text;
    }

    @Override
    public Children roots(int k) {
        return drafter.roots(k);
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        seconds += level.at(parents.length);
        return drafter.expand(parents, tokens, k);
    }
}
