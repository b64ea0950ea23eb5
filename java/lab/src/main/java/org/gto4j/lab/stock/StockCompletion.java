package org.gto4j.lab.stock;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.gto4j.common.RecordValues;
import org.jspecify.annotations.Nullable;

/**
 * What llama-server answered.
 *
 * @param tokens the generated tokens, without an end token
 * @param text their text
 * @param ended whether an end token came
 * @param seconds time from the end of the prompt to the last token, by the server's own clock
 * @param drafted draft tokens that were verified, 0 without a draft
 * @param accepted of these, accepted
 * @param cycles passes of the target after the prompt's, see {@link #cycles(int, int, long)}
 */
public record StockCompletion(
        int[] tokens, String text, boolean ended, double seconds, int drafted, int accepted, int cycles) {
    /**
     * Reads the answer of POST /completion.
     *
     * @param verifications passes that verified a draft, by the server's metrics
     */
    static StockCompletion of(JsonNode json, long verifications) {
        boolean ended = json.path("stop_type").asText().equals("eos");
        int[] tokens = StreamSupport.stream(json.path("tokens").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        JsonNode timings = json.path("timings");
        int accepted = timings.path("draft_n_accepted").asInt();
        return new StockCompletion(
                ended ? Arrays.copyOf(tokens, tokens.length - 1) : tokens,
                json.path("content").asText(),
                ended,
                timings.path("predicted_ms").asDouble() * 1e-3,
                timings.path("draft_n").asInt(),
                accepted,
                cycles(timings.path("predicted_n").asInt(), accepted, verifications));
    }

    /**
     * Passes of the target, which the server doesn't tell for each answer: predicted - 1 - accepted, since the first
     * token comes from the prompt's pass and every later pass yields its accepted draft tokens and one more. Draft
     * tokens that were accepted behind an end token aren't predicted ones; then, as every pass before an end token
     * verified a draft, it is the number of verifications, which is never the larger one otherwise.
     */
    static int cycles(int predicted, int accepted, long verifications) {
        return (int) Math.max(predicted - 1 - accepted, verifications);
    }

    /** Tokens gained in the cycles, an end token included. */
    public int gained() {
        return tokens.length - 1 + (ended ? 1 : 0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
