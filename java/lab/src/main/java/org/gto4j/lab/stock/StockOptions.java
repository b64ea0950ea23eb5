package org.gto4j.lab.stock;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.error.GtoException;

/**
 * Stock llama.cpp beside our own ways of decoding: llama-server without a draft, and with each draft and each length of
 * its chains.
 *
 * @param server the program llama-server
 * @param drafts GGUF of each draft by its label; may be empty
 * @param chainLengths most draft tokens of a cycle (--spec-draft-n-max), each at least 1
 */
public record StockOptions(Path server, Map<String, Path> drafts, List<Integer> chainLengths) {
    /** Checks the lengths. */
    public StockOptions {
        drafts = Collections.unmodifiableMap(new LinkedHashMap<>(drafts));
        chainLengths = List.copyOf(chainLengths);
        if (chainLengths.stream().anyMatch(length -> length < 1)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "chains of stock llama.cpp need lengths of at least 1, found " + chainLengths);
        }
    }
}
