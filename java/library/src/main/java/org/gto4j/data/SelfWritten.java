package org.gto4j.data;

import java.util.List;

/**
 * What {@link SelfPrompts} wrote.
 *
 * @param prompts of the file
 * @param junk texts of this run that are no usable prompt, or were there before but for case and punctuation
 * @param duplicates of this run, nearly the same as an earlier one
 */
public record SelfWritten(List<Prompt> prompts, int junk, int duplicates) {
    /** Copies the list. */
    public SelfWritten {
        prompts = List.copyOf(prompts);
    }
}
