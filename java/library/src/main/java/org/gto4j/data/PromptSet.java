package org.gto4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.gto4j.error.GtoException;

/**
 * The prompts that come with this library, about 3,000 written for it: code, word problems, mathematics, reasoning,
 * writing, editing, extraction, roles, knowledge and daily life, mixed. None is from a public set, and none says mostly
 * what another one says.
 */
public final class PromptSet {
    private static final String RESOURCE = "/org/gto4j/data/prompts.jsonl";

    private PromptSet() {}

    /** Reads the prompts; the same ones in the same order each time. */
    public static List<Prompt> bundled() {
        try (InputStream input = PromptSet.class.getResourceAsStream(RESOURCE)) {
            if (input == null) {
                throw new GtoException(
                        GtoException.Kind.INTERNAL, "the library's own prompts are missing: " + RESOURCE);
            }
            return SourceFile.read(RESOURCE, input, OnBrokenLine.FAIL, SourceUse::prompt)
                    .texts();
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + RESOURCE + ": " + e, e);
        }
    }
}
