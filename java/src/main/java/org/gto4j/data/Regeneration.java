package org.gto4j.data;

/**
 * State or result of a {@link Regenerator} or {@link Prefiller} run.
 *
 * @param prompts        prompts or texts that need nothing more, those found in the corpus and those left out included
 * @param totalPrompts   prompts or texts to take
 * @param tooLong        of these, left out because they exceed the prompt limit, or because no answer begins within the longest text
 * @param answers        texts that this run kept
 * @param cut            of these, texts that were cut: at the most tokens of a response, at a budget's end, or at the longest text
 * @param responseTokens response tokens of the corpus and of texts in the making
 * @param newTokens      response tokens added by this run
 * @param seconds        time of this run
 */
public record Regeneration(int prompts, int totalPrompts, int tooLong, int answers, int cut, long responseTokens, long newTokens, double seconds) {
    /** Response tokens a second of this run. */
    public double tokensPerSecond() {
        return seconds > 0 ? newTokens / seconds : 0;
    }
}
