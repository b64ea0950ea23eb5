package org.gto4j;

import java.util.Arrays;

import org.gto4j.Generation.FinishReason;
import org.jspecify.annotations.Nullable;

/** Tokens and text while they are generated, and the reason to stop once there is one. */
final class GeneratedText {
    private static final int FIRST_ROOM = 256;

    private final EngineTarget target;
    private final int maxTokens;
    private final TokenListener listener;
    private final Utf8Decoder decoder = new Utf8Decoder();
    private final StringBuilder text = new StringBuilder();
    private int[] tokens;
    private int count;
    private @Nullable FinishReason reason;

    GeneratedText(EngineTarget target, int maxTokens, TokenListener listener) {
        this.target = target;
        this.maxTokens = maxTokens;
        this.listener = listener;
        tokens = new int[Math.min(maxTokens, FIRST_ROOM)];
    }

    /** Takes tokens until one ends the generation or there are enough. */
    void append(int... more) {
        int before = text.length();
        for (int token : more) {
            if (target.isEnd(token)) {
                reason = FinishReason.END_OF_GENERATION;
                break;
            }
            if (count == tokens.length) {
                tokens = Arrays.copyOf(tokens, (int) Math.min(maxTokens, 2L * count));
            }
            tokens[count++] = token;
            text.append(decoder.decode(target.tokenBytes(token, false)));
            if (count == maxTokens) {
                reason = FinishReason.MAX_TOKENS;
                break;
            }
        }
        tell(before);
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
        return maxTokens - count;
    }

    Generation finish(Generation.Statistics statistics) {
        int before = text.length();
        text.append(decoder.finish());
        tell(before);
        return new Generation(Arrays.copyOf(tokens, count), text.toString(), reason, statistics);
    }

    private void tell(int from) {
        if (text.length() > from) {
            listener.onText(text.substring(from));
        }
    }
}
