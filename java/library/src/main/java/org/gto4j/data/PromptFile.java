package org.gto4j.data;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.error.GtoException;

/** Reads files of prompts: the forms with turns of a {@link SourceFile}. */
public final class PromptFile {
    private PromptFile() {}

    /**
     * Reads a file.
     *
     * @return at least one prompt
     * @throws GtoException IO: missing or unreadable; FORMAT: names file, line, what was expected and found; also for a
     *     file without prompts and for an id that is used twice
     */
    public static List<Prompt> read(Path file) {
        return SourceFile.prompts(file, OnBrokenLine.FAIL).texts();
    }
}
