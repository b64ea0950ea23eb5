package org.gto4j.data;

import java.util.List;

/**
 * What a source file holds.
 *
 * @param texts at least one
 * @param lines of the file that the texts stand on, from 1
 * @param broken one message for each line that was left out: file, line, what was expected and found
 * @param <T> {@link Prompt} or {@link SourceText}
 */
public record SourceTexts<T>(List<T> texts, List<Integer> lines, List<String> broken) {
    /** Copies the lists. */
    public SourceTexts {
        texts = List.copyOf(texts);
        lines = List.copyOf(lines);
        broken = List.copyOf(broken);
    }
}
