package org.gto4j.data;

import java.util.List;

/**
 * What a source file holds.
 *
 * @param texts  at least one
 * @param broken one message for each line that was left out: file, line, what was expected and found
 * @param <T>    {@link Prompt} or {@link SourceText}
 */
public record SourceTexts<T>(List<T> texts, List<String> broken) {
    /** Copies the lists. */
    public SourceTexts {
        texts = List.copyOf(texts);
        broken = List.copyOf(broken);
    }
}
