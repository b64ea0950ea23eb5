package org.gto4j.data;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.common.Utf8;
import org.gto4j.error.GtoException;

/**
 * What becomes of the reasoning that a thinking model writes before it answers. It is kept by default: most of what
 * such a model writes is reasoning, a decoder has to draft it like everything else, and a draft that never saw any
 * would be slow exactly there. Dropped reasoning stays in the text as context, but isn't trained. In either case
 * earlier turns of a conversation are shown to the target without their reasoning, as the makers of such models ask
 * for.
 *
 * @param trained whether reasoning is trained
 * @param open tag before it, not blank
 * @param close tag after it, not blank
 */
public record Reasoning(boolean trained, String open, String close) {
    /** Tokens before an answer that are searched for a tag which the template itself opened. */
    private static final int HEADER = 16;

    /** Checks the tags. */
    public Reasoning {
        if (open.isBlank() || close.isBlank()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "tags of reasoning: expected two that are not blank, found '" + open + "' and '" + close + "'");
        }
        if (Utf8.loneSurrogate(open) >= 0 || Utf8.loneSurrogate(close) >= 0) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "tags of reasoning: expected texts of whole characters, found half a surrogate pair");
        }
    }

    /** Reasoning between {@code <think>} and {@code </think>} is trained like everything else. */
    public static Reasoning keep() {
        return new Reasoning(true, "<think>", "</think>");
    }

    /** Reasoning between {@code <think>} and {@code </think>} isn't trained. */
    public static Reasoning drop() {
        return new Reasoning(false, "<think>", "</think>");
    }

    /** Tokens of a response without its reasoning. */
    int[] answer(TokenBytes vocabulary, int[] tokens, ResponseSpan response) {
        return new Reasoning(false, open, close)
                .trained(vocabulary, tokens, response).stream()
                        .flatMapToInt(span -> IntStream.range(span.start(), span.end()))
                        .map(i -> tokens[i])
                        .toArray();
    }

    /**
     * What is trained of a response. Tags are dropped with what they enclose, a token that they share with other
     * letters, too.
     */
    List<ResponseSpan> trained(TokenBytes vocabulary, int[] tokens, ResponseSpan response) {
        if (trained) {
            return List.of(response);
        }
        int[] ends = new int[response.length()];
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < ends.length; i++) {
            bytes.writeBytes(vocabulary.bytes(tokens[response.start() + i]));
            ends[i] = bytes.size();
        }
        boolean[] mask = new boolean[response.end()];
        Arrays.fill(mask, response.start(), response.end(), true);
        for (int[] part : parts(
                latin(bytes.toByteArray()), latin(open), latin(close), opened(vocabulary, tokens, response.start()))) {
            for (int i = 0; i < ends.length; i++) {
                int start = i == 0 ? 0 : ends[i - 1];
                mask[response.start() + i] &= ends[i] <= part[0] || start >= part[1];
            }
        }
        return MaskedTokens.spans(mask);
    }

    private boolean opened(TokenBytes vocabulary, int[] tokens, int end) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = Math.max(0, end - HEADER); i < end; i++) {
            bytes.writeBytes(vocabulary.bytes(tokens[i]));
        }
        return bytes.toString(StandardCharsets.UTF_8).strip().endsWith(open);
    }

    /** A string of one character a byte. */
    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String latin(String text) {
        return latin(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * [start, end) of each reasoning, tags included. What was opened and never closed goes on to the end; what is
     * closed without having been opened began before the text.
     */
    private static List<int[]> parts(String text, String open, String close, boolean opened) {
        List<int[]> parts = new ArrayList<>();
        int start = text.indexOf(open);
        int end = text.indexOf(close);
        if (opened || end >= 0 && (start < 0 || end < start)) {
            start = 0;
        }
        while (start >= 0) {
            end = text.indexOf(close, start);
            int next = end < 0 ? text.length() : end + close.length();
            parts.add(new int[] {start, next});
            start = text.indexOf(open, next);
        }
        return parts;
    }
}
