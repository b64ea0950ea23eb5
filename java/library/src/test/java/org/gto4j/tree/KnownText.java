package org.gto4j.tree;

/** A text that is these tokens. */
record KnownText(int... tokens) implements TokenHistory {
    @Override
    public int size() {
        return tokens.length;
    }

    @Override
    public int token(int i) {
        return tokens[i];
    }
}
