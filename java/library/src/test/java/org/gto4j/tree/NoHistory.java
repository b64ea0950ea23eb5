package org.gto4j.tree;

/** A drafter that isn't asked for the text. */
abstract class NoHistory implements Drafter {
    @Override
    public TokenHistory history() {
        throw new UnsupportedOperationException();
    }
}
