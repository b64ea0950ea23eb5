package org.gto4j.lab.eval;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gto4j.common.ConstantName;
import org.gto4j.error.GtoException;

/** How text is decoded. */
public enum Mode {
    /** One token a cycle, no draft. */
    PLAIN,
    /** A chain of draft tokens. */
    CHAIN,
    /** A dynamic draft tree. */
    TREE,
    /** A draft tree of fixed shape. */
    STATIC,
    /** Trees sized by measured costs. */
    COST_AWARE,
    /** What followed the last tokens earlier in the text, no draft. */
    LOOKUP,
    /** Stock llama-server, one token a cycle. */
    STOCK,
    /** Stock llama-server with the draft: chains. */
    STOCK_CHAIN;

    /** Whether it decodes with a draft model. */
    public boolean needsDraft() {
        return this != PLAIN && this != LOOKUP && this != STOCK;
    }

    /** Whether stock llama-server decodes, not we. */
    public boolean isStock() {
        return this == STOCK || this == STOCK_CHAIN;
    }

    /** The name in options and results, e.g. "cost-aware". */
    public String label() {
        return ConstantName.hyphened(this);
    }

    /** The modes that we decode in ourselves. */
    public static Stream<Mode> ours() {
        return Arrays.stream(values()).filter(mode -> !mode.isStock());
    }

    /** The mode of a label; ARGUMENT: names the labels that exist. */
    public static Mode of(String label) {
        for (Mode mode : values()) {
            if (mode.label().equals(label)) {
                return mode;
            }
        }
        throw new GtoException(
                GtoException.Kind.ARGUMENT,
                "unknown mode '" + label + "'; expected one of "
                        + ours().map(Mode::label).collect(Collectors.joining(", ")));
    }
}
