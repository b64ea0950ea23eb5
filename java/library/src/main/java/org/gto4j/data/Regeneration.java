package org.gto4j.data;

/**
 * State or result of a {@link Regenerator} or {@link Prefiller} run.
 *
 * @param prompts prompts or texts that need nothing more, those found in the corpus and those left out included
 * @param totalPrompts prompts or texts to take
 * @param tooLong of these, left out because they exceed the prompt limit, or because no answer begins within the
 *     longest text
 * @param begun what is there of the other prompts, each by the share of its turns and of the most tokens of the running
 *     one, summed up
 * @param answers texts that this run kept
 * @param cut of these, texts that were cut: at the most tokens of a response, at a budget's end, or at the longest text
 * @param responseTokens response tokens of the corpus and of texts in the making
 * @param newTokens response tokens added by this run
 * @param seconds time of this run
 */
public record Regeneration(
        int prompts,
        int totalPrompts,
        int tooLong,
        double begun,
        int answers,
        int cut,
        long responseTokens,
        long newTokens,
        double seconds) {
    /** Share of the prompts or texts that is done, begun ones by what is there of them: 0..1, and 1 without any. */
    public double fraction() {
        return totalPrompts == 0 ? 1 : Math.min(1, (prompts + begun) / totalPrompts);
    }

    /** Response tokens a second of this run. */
    public double tokensPerSecond() {
        return seconds > 0 ? newTokens / seconds : 0;
    }
}
