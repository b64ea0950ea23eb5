package org.gto4j.data;

/**
 * State or result of a {@link Regenerator} run.
 *
 * @param prompts        prompts answered or left out so far, those found in the corpus included
 * @param totalPrompts   prompts to answer
 * @param tooLong        of these, left out because they exceed the prompt limit
 * @param responseTokens response tokens of the corpus and of texts in the making
 * @param newTokens      response tokens written by this run
 * @param seconds        time of this run
 */
public record Regeneration(int prompts, int totalPrompts, int tooLong, long responseTokens, long newTokens, double seconds) {
    /** Response tokens a second of this run. */
    public double tokensPerSecond() {
        return seconds > 0 ? newTokens / seconds : 0;
    }
}
