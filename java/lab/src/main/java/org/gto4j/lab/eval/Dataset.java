package org.gto4j.lab.eval;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptFile;
import org.gto4j.error.GtoException;

/**
 * Prompts with a name.
 *
 * @param name as in results
 * @param prompts at least one
 */
public record Dataset(String name, List<Prompt> prompts) {
    /** Checks that there is a prompt. */
    public Dataset {
        prompts = List.copyOf(prompts);
        if (prompts.isEmpty()) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "dataset " + name + " holds no prompts");
        }
    }

    /** Reads a prompt file, named after it without its ending; errors are those of {@link PromptFile#read}. */
    public static Dataset read(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return new Dataset(dot > 0 ? name.substring(0, dot) : name, PromptFile.read(file));
    }

    /** The first {@code count} prompts (all, if there are fewer); count is at least 1. */
    public Dataset limited(int count) {
        return new Dataset(name, prompts.subList(0, Math.min(count, prompts.size())));
    }
}
