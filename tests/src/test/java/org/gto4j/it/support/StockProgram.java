package org.gto4j.it.support;

import java.nio.file.Path;

/** Stock llama-server of the same llama.cpp, built beside the tests' tools. */
public final class StockProgram {
    private StockProgram() {}

    /** The program. */
    public static Path path() {
        return Path.of(System.getProperty("gto4j.native.bin"), "llama-server");
    }
}
