package org.gto4j;

import java.util.Arrays;
import java.util.Objects;
import org.gto4j.Generation.FinishReason;
import org.gto4j.common.Utf8Decoder;
import org.gto4j.model.Vocabulary;
import org.jspecify.annotations.Nullable;

/** Tokens and text while they are generated, and the reason to stop once there is one. */
final class GeneratedText {
    private static final int FIRST_ROOM = 256;

    private final Vocabulary vocabulary;
    private final GenerationOptions options;
    private final StopStrings stops;
    private final Utf8Decoder decoder = new Utf8Decoder();
    private final StringBuilder text = new StringBuilder();
    private int[] tokens;
    private int count;
    private int told;
    private @Nullable FinishReason reason;

    GeneratedText(Vocabulary vocabulary, GenerationOptions options) {
        this.vocabulary = vocabulary;
        this.options = options;
        stops = new StopStrings(options.stopStrings());
        tokens = new int[Math.min(options.maxTokens(), FIRST_ROOM)];
    }

    /** Takes tokens until one ends the generation or there are enough. */
    void append(int... more) {
        for (int token : more) {
            if (vocabulary.isEnd(token)) {
                reason = FinishReason.END_OF_GENERATION;
                return;
            }
            if (options.stopTokens().contains(token)) {
                reason = FinishReason.STOP_TOKEN;
                return;
            }
            if (count == tokens.length) {
                tokens = Arrays.copyOf(tokens, (int) Math.min(options.maxTokens(), 2L * count));
            }
            tokens[count++] = token;
            add(decoder.decode(vocabulary.bytes(token, false)));
            if (reason == null && count == options.maxTokens()) {
                reason = FinishReason.MAX_TOKENS;
            }
            if (reason != null) {
                return;
            }
        }
    }

    private void add(String piece) {
        int known = text.length();
        text.append(piece);
        int stop = stops.find(text, known);
        if (stop >= 0) {
            text.setLength(stop);
            reason = FinishReason.STOP_STRING;
        }
    }

    void stop(FinishReason why) {
        reason = why;
    }

    /** Why to stop; null = not yet. */
    @Nullable FinishReason reason() {
        return reason;
    }

    int count() {
        return count;
    }

    /** Tokens that may still come. */
    int room() {
        return options.maxTokens() - count;
    }

    /** Text that wasn't taken yet and can't become part of a stop string; all of it once there is a reason to stop. */
    String take() {
        if (reason != null && reason != FinishReason.STOP_STRING) {
            text.append(decoder.finish());
        }
        int safe = reason == null ? stops.safeLength(text) : text.length();
        String fresh = text.substring(Math.min(told, safe), safe);
        told = Math.max(told, safe);
        return fresh;
    }

    /** The result; all text must have been taken. */
    Generation finish(Generation.Statistics statistics) {
        return new Generation(
                Arrays.copyOf(tokens, count), text.toString(), Objects.requireNonNull(reason), statistics);
    }
}
