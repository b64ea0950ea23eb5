package org.gto4j.lab.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.gto4j.data.MaskedTokens;
import org.gto4j.data.ResponseSpan;
import org.gto4j.lab.terminal.Printable;

/**
 * A text with what is trained of it marked: green on a terminal, between brackets elsewhere. Control tokens are spelled
 * out.
 */
final class MaskedText {
    private static final String TRAINED = "\u001B[32m";
    private static final String CONTEXT = "\u001B[2m";
    private static final String RESET = "\u001B[0m";

    private final Bytes bytes;
    private final boolean colour;

    /** Bytes of a token, control tokens spelled out. */
    @FunctionalInterface
    interface Bytes {
        byte[] of(int token);
    }

    MaskedText(Bytes bytes, boolean colour) {
        this.bytes = bytes;
        this.colour = colour;
    }

    /** What the marks mean. */
    String legend() {
        return colour
                ? TRAINED + "green: trained" + RESET + ", " + CONTEXT + "dim: context only" + RESET
                : "[[trained]], the rest is context only";
    }

    String of(MaskedTokens text) {
        StringBuilder marked = new StringBuilder();
        int next = 0;
        for (ResponseSpan span : text.responses()) {
            append(marked, text.tokens(), next, span.start(), false);
            append(marked, text.tokens(), span.start(), span.end(), true);
            next = span.end();
        }
        append(marked, text.tokens(), next, text.tokens().length, false);
        return marked.toString();
    }

    private void append(StringBuilder marked, int[] tokens, int start, int end, boolean trained) {
        if (start == end) {
            return;
        }
        String part = plain(tokens, start, end);
        if (colour) {
            marked.append(trained ? TRAINED : CONTEXT).append(part).append(RESET);
        } else {
            marked.append(trained ? "[[" : "").append(part).append(trained ? "]]" : "");
        }
    }

    /** Characters that would steer a terminal are shown, not sent. */
    private String plain(int[] tokens, int start, int end) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = start; i < end; i++) {
            all.writeBytes(bytes.of(tokens[i]));
        }
        return Printable.text(all.toString(StandardCharsets.UTF_8));
    }
}
