package org.gto4j;

/** Is told text while it is generated. */
@FunctionalInterface
public interface TokenListener {
    /**
     * The next piece of text, never empty, whole characters only. Called on the thread that asked for the text; what it
     * throws ends the generation.
     */
    void onText(String text);
}
